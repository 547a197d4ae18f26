import { openCatalogue } from "../../connectors/catalogue/open-catalogue.ts";
import { openCustomers } from "../../connectors/customers/open-customers.ts";
import { openEmbeddings } from "../../connectors/embeddings/open-embeddings.ts";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { openMessaging } from "../../connectors/messaging/open-messaging.ts";
import { openOrders } from "../../connectors/orders/open-orders.ts";
import { openStripe } from "../../connectors/payments/open-stripe.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { createOrderMoney } from "./order-money.ts";
import { openPayerApproval } from "./payer-approval.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config, host) => {
  const log = host.logger;
  const onIdleError = (error: Error) => log.warn({ code: "DATABASE_FAILED", error: error.message }, "connection lost");
  const pool = (name: string, maxConnections: number) =>
    createPool({ ...config, applicationName: `partyline act ${name}`, maxConnections, onIdleError });
  // A slow search must not keep an order from a connection.
  const searchPool = pool("search", config.searchConnections);
  const orderPool = pool("orders", config.orderConnections);
  const embeddings = await openEmbeddings(config);
  const stripe = openStripe(config);
  const sms = openMessaging(config, orderPool);
  const { payments, links } = stripe;
  const { events, awaited, dueMoney, ...ordering } = openOrders(orderPool, config);
  const customers = openCustomers(orderPool, config, sms, log);
  const housekeeping = startHousekeeping({ ...ordering, payments, dueMoney, awaited, links, customers }, config, log);
  const news = await stripe.listen({ receivers: sms.receivers, onEvent: events.apply, log });
  const cacheSeconds = config.searchCacheSeconds;
  const search = openCatalogue({ pool: searchPool, embeddings, redisUrl: host.redisUrl, cacheSeconds });
  await Promise.all([payments.prewarm(), search.prewarm()]);
  const orderMoney = createOrderMoney({ dueMoney, payments });
  const payerApproval = openPayerApproval({ awaited, links, sms, areLinksOffered: stripe.areLinksOffered }, config);
  const ports = { ...ordering, catalogue: search.catalogue, orderMoney, customers, payments, payerApproval };
  const close = async () => {
    await Promise.all([housekeeping.stop(), news.close(), customers.close()]);
    await stripe.close();
    search.close();
    await Promise.all([searchPool.end(), orderPool.end(), embeddings.close()]);
  };
  return { ports, close, ready: { webhookPort: news.port } };
});
