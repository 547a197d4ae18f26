import { openCatalogue } from "../../connectors/catalogue/open-catalogue.ts";
import { openCustomers } from "../../connectors/customers/open-customers.ts";
import { openEmbeddings } from "../../connectors/embeddings/open-embeddings.ts";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { openMessaging } from "../../connectors/messaging/open-messaging.ts";
import { openOperators } from "../../connectors/operators/prometheus.ts";
import { openOrders } from "../../connectors/orders/open-orders.ts";
import { openStripe } from "../../connectors/payments/open-stripe.ts";
import { stagePools } from "../../connectors/postgres/stage-pools.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { ownPorts } from "./own-ports.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config, host) => {
  const log = host.logger;
  const pool = stagePools("act", config, log);
  // A slow search must not keep an order from a connection.
  const searchPool = pool("search", config.searchConnections);
  const orderPool = pool("orders", config.orderConnections);
  const embeddings = await openEmbeddings(config);
  const stripe = openStripe(config);
  const sms = openMessaging(config, orderPool);
  const { payments, holds, links, areLinksOffered } = stripe;
  const { events, ...shop } = openOrders(orderPool, config);
  const { orders, orderOperations, awaitedMovements } = shop;
  const customers = openCustomers(orderPool, config, sms, log);
  const approving = { awaitedMovements, links, sms, areLinksOffered, smsSignature: config.smsSignature };
  const kept = { ...shop, payments, holds, links, areLinksOffered, approving, customers, sms };
  const housekeeping = startHousekeeping(kept, config, log);
  const news = await stripe.listen({ receivers: sms.receivers, onEvent: events.apply, log });
  const search = openCatalogue({ ...config, pool: searchPool, embeddings, redisUrl: host.redisUrl });
  await Promise.all([payments.prewarm(), search.prewarm()]);
  const own = ownPorts({ ...kept, holders: customers, wallet: stripe.wallet }, config);
  const operators = openOperators(host.metrics);
  const asked = { orders, orderOperations, customers, payments, holds, operators };
  const ports = { ...own, ...asked, catalogue: search.catalogue };
  const close = async () => {
    await Promise.all([housekeeping.stop(), news.close(), customers.close()]);
    await stripe.close();
    search.close();
    await Promise.all([searchPool.end(), orderPool.end(), embeddings.close()]);
  };
  return { ports, close, ready: { webhookPort: news.port } };
});
