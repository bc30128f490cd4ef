/**
 * What becomes of the tables of a shard when its slots move: rows move with their slot unless the table is named here. Names are
 * written as SQL writes them: `products`, `crm.regions`, `"Price Lists"`.
 */
export interface TableRoles {
  /** Every shard has its own rows, or a copy of all of them. */
  readonly staying: readonly string[];
  /**
   * The order of the rows counts and their key does not: the key is a number that each database gives itself, and the few rows
   * that are there at a switch are handed over and numbered again. An outbox is one.
   */
  readonly queues: readonly string[];
}
