import { openCatalogue } from "../../connectors/catalogue/open-catalogue.ts";
import { createPostgresCustomers } from "../../connectors/customers/postgres.ts";
import { createLocalEmbeddings } from "../../connectors/embeddings/local.ts";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { createPostgresOrders } from "../../connectors/orders/postgres.ts";
import { createStripePayments } from "../../connectors/payments/stripe.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config, host) => {
  const onIdleError = (error: Error) =>
    host.logger.warn({ code: "DATABASE_FAILED", error: error.message }, "connection lost");
  const pool = (name: string, maxConnections: number) =>
    createPool({ ...config, applicationName: `partyline act ${name}`, maxConnections, onIdleError });
  // A slow search must not keep an order from a connection.
  const searchPool = pool("search", config.searchConnections);
  const orderPool = pool("orders", config.orderConnections);
  const embeddings = await createLocalEmbeddings(config);
  const stripeAddress = config.stripeApiBase === "" ? {} : { baseUrl: config.stripeApiBase };
  const payments = createStripePayments({ apiKey: config.stripeSecretKey, ...stripeAddress });
  const orders = createPostgresOrders({ pool: orderPool, quoteValidMs: config.quoteValidMs });
  const housekeeping = startHousekeeping({ orders, payments }, config, host.logger);
  const cacheSeconds = config.searchCacheSeconds;
  const search = openCatalogue({ pool: searchPool, embeddings, redisUrl: host.redisUrl, cacheSeconds });
  await Promise.all([payments.prewarm(), search.prewarm()]);
  const ports = {
    catalogue: search.catalogue,
    orders,
    customers: createPostgresCustomers({ pool: orderPool }),
    payments,
  };
  const close = async () => {
    await housekeeping.stop();
    await payments.close();
    search.close();
    await Promise.all([searchPool.end(), orderPool.end(), embeddings.close()]);
  };
  return { ports, close };
});
