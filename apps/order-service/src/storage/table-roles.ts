import { type TableRoles, TABLES_OF_THE_SHARD_ITSELF } from '@groundwork/sharding/postgres';

/** Tables whose rows belong to no slot because every shard has a copy of all of them. */
export const REFERENCE_TABLES: readonly string[] = ['products'];

/** What becomes of the tables when slots move. A table that is not named here moves with its slots. */
export const TABLE_ROLES: TableRoles = {
  staying: [...TABLES_OF_THE_SHARD_ITSELF, ...REFERENCE_TABLES, 'id_workers', 'migration_ledger'],
  queues: ['outbox'],
};
