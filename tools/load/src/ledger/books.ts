import { type Order } from '@groundwork/contracts';

/** Units of each product, by sku. */
export type Units = ReadonlyMap<string, number>;

/** Units in store and units sold at one moment, in the events database. */
export interface Inventory {
  readonly stock: Units;
  readonly sold: Units;
}

/** Everything that was written down about a load, read from the databases themselves. */
export interface Books {
  /** The orders that the platform answered with 201. */
  readonly accepted: readonly Order[];
  /** The rows of the load's customers on the shards that own them. */
  readonly stored: readonly { readonly id: string; readonly status: Order['status'] }[];
  /** Order ids, once for each of their lines, on the shards that own them. */
  readonly lines: readonly string[];
  /** Order ids, once for each idempotency key under which they are remembered, on the shards that own the customers. */
  readonly remembered: readonly string[];
  /** Order ids, once for each of their events that still waits in an outbox. */
  readonly unpublished: readonly string[];
  /** Order ids, once for each time that their stock was decided on and their payment was taken. */
  readonly processed: readonly string[];
  /** Order ids, once for each charge that the payment provider made. */
  readonly charges: readonly string[];
  readonly before: Inventory;
  readonly after: Inventory;
}
