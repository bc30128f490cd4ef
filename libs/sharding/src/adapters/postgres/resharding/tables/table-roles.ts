/**
 * How the tables of a shard are treated when its slots move. Rows move with their slot unless their table is listed here.
 * Names are in SQL syntax: `products`, `crm.regions`, `"Price Lists"`.
 */
export interface TableRoles {
  /** Tables of which every shard has its own rows, or a full copy. */
  readonly staying: readonly string[];
  /**
   * Tables with an order that matters and keys that do not. Each database numbers the key itself. The few rows that are
   * there at a switch are handed over and get new numbers. An outbox is one.
   */
  readonly queues: readonly string[];
}
