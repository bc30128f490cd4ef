export {
  type CollectionTable,
  type CounterTable,
  type DocumentTable,
  type KeyType,
  UnsuitableTable,
} from './collection-table.ts';
export { PostgresWriteStore, type PostgresWriteStoreOptions } from './postgres-write-store.ts';
export { writeBehindTablesSql } from './write-behind-tables.sql.ts';
