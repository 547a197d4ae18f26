import { serverIsMissing, startTestDatabase } from "../postgres/testing/test-database.ts";
import { describeOrders } from "./contract.ts";
import { describeBackorders } from "./testing/backorders-contract.ts";
import { describeOrderLines } from "./testing/lines-contract.ts";

describeOrders("the embedded database", () => startTestDatabase(8, "embedded"));
describeOrderLines("the embedded database", () => startTestDatabase(8, "embedded"));
describeBackorders("the embedded database", () => startTestDatabase(8, "embedded"));
describeOrders("a PostgreSQL server", () => startTestDatabase(8, "server"), await serverIsMissing());
