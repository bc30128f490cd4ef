import { type Order } from '@groundwork/contracts';

/** Units of each product, by sku. */
export type Units = ReadonlyMap<string, number>;

/** Units in stock and units sold at one moment, from the events database. */
export interface Inventory {
  readonly stock: Units;
  readonly sold: Units;
}

/** All records about a load, read from the databases. */
export interface Books {
  /** The orders that the platform answered with 201. */
  readonly accepted: readonly Order[];
  /** The order rows of the load's customers, from the shards that own them. */
  readonly stored: readonly { readonly id: string; readonly status: Order['status'] }[];
  /** Order ids, one entry for each order line, from the shards that own them. */
  readonly lines: readonly string[];
  /** Order ids, one entry for each idempotency key, from the shards that own the customers. */
  readonly remembered: readonly string[];
  /** Order ids, one entry for each event that is still in an outbox. */
  readonly unpublished: readonly string[];
  /** Order ids, one entry for each time that the payment of the order was settled. */
  readonly processed: readonly string[];
  /** Order ids, one entry for each charge by the payment provider. */
  readonly charges: readonly string[];
  readonly before: Inventory;
  readonly after: Inventory;
}
