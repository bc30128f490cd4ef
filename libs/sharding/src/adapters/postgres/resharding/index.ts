export {
  CAPTURE_TABLES_SQL,
  SLOT_CHANGES_BY_SLOT_SQL,
  TABLES_OF_THE_SHARD_ITSELF,
} from './capture-tables.ts';
export * from './move-desk.ts';
export { type ChunkStatus, type MoveStatus } from './move-status.ts';
export { ABANDON_SQL, HELD_TIME_SQL, MOVE_TABLES_SQL, MOVES_CHANNEL } from './move-tables.ts';
export * from './mover.ts';
export { type PaceOptions } from './pace.ts';
export { readMover } from './read-mover.ts';
export { type MoveRequest, type WantedMove } from './request-move.ts';
export { shardNotReady } from './shard-not-ready.ts';
export { type Sql, sqlOf } from './sql.ts';
export { type ShardedTable } from './sharded-table.ts';
export * from './tables/differing-table.ts';
export * from './tables/examine-tables.ts';
export * from './tables/refuse-immovable-tables.ts';
export * from './tables/table-fault.ts';
export * from './tables/table-roles.ts';
export { fenceTables, type FenceTablesOptions } from './write-fence.ts';
