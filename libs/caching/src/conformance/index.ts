export { describeInvalidationJournal, type OpenJournal } from './invalidation-journal.conformance.ts';
export { describeLeasingTier } from './leasing-tier.conformance.ts';
export { describeTier, entryOf, type OpenTier } from './tier.conformance.ts';
export { describeWriteLog, type OpenWriteLog } from './write-log.conformance.ts';
export { describeWriteStore, type OpenWriteStore } from './write-store.conformance.ts';
export { describeEdgeTier, type ObjectState, type OpenEdge } from './edge-tier.conformance.ts';
export { describePurgeStore } from './purge-store.conformance.ts';
