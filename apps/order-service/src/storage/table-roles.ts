import { type TableRoles, TABLES_OF_THE_SHARD_ITSELF } from '@groundwork/sharding/postgres';

/** Tables whose rows belong to no slot, because every shard has a copy of all rows. */
export const REFERENCE_TABLES: readonly string[] = ['products'];

/** The treatment of the tables when slots move. The rows of any other table move with their slots. */
export const TABLE_ROLES: TableRoles = {
  staying: [...TABLES_OF_THE_SHARD_ITSELF, ...REFERENCE_TABLES, 'id_workers', 'migration_ledger'],
  queues: ['outbox'],
};
