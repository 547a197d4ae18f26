import type { Catalogue } from "../../connectors/catalogue/port.ts";
import type { CardEntry, Customers } from "../../connectors/customers/port.ts";
import type { Operators } from "../../connectors/operators/port.ts";
import type { OrderMoney, OrderOperations } from "../../connectors/orders/operations/port.ts";
import type { Orders, PayerApproval } from "../../connectors/orders/port.ts";
import type { Holds, Payments } from "../../connectors/payments/port.ts";
import type { Effect, PortInput } from "../../runtime/stage.ts";

/** The roles that the stage needs. */
export type ActPorts = {
  readonly catalogue: Catalogue;
  readonly orders: Orders;
  readonly orderOperations: OrderOperations;
  readonly orderMoney: OrderMoney;
  readonly customers: Customers;
  readonly payments: Payments;
  readonly holds: Holds;
  readonly payerApproval: PayerApproval;
  readonly cardEntry: CardEntry;
  readonly operators: Operators;
};

export type ActEffect = Effect<ActPorts>;
/** What a port answers to an effect. */
export type PortAnswer = PortInput<ActPorts>;
