import { TABLES_OF_THE_SHARD_ITSELF } from '@groundwork/sharding/postgres';

/** Tables whose rows belong to no slot: every shard has its own, or a copy of all. Any other table moves with its slots. */
export const REFERENCE_TABLES: readonly string[] = ['products'];

export const TABLES_THAT_STAY: readonly string[] = [
  ...TABLES_OF_THE_SHARD_ITSELF,
  ...REFERENCE_TABLES,
  'id_workers',
  'migration_ledger',
];
