export { type Loss } from './admission.ts';
export { type AppendOptions } from './appender.ts';
export { coalesce } from './coalesce.ts';
export { type AddOptions, type CounterWrites } from './counter-writes.ts';
export { type DocumentWrites, type PutOptions, type Versioned } from './document-writes.ts';
export {
  ForeignLog,
  InvalidWrite,
  VersionConflict,
  WriteBehindClosed,
  WriteLogFull,
  WriteLogUnavailable,
  WriteStoreUnavailable,
} from './errors.ts';
export { WriteBehind, type WriteBehindOptions, type WriteBehindStatistics } from './write-behind.ts';
export {
  type AppendAnswer,
  type Change,
  type LogEntry,
  type LogIdentity,
  type LogLimits,
  type LogState,
  type Pending,
  type Seen,
  type Write,
  type WriteLog,
} from './write-log.ts';
export { type ApplyAnswer, type RefusedWrite, type Stored, type WriteStore } from './write-store.ts';
