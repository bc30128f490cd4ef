export * from './keyed-executor/keyed-executor.ts';
export * from './load-gauge/load-gauge.ts';
export * from './pause-reasons/pause-reasons.ts';
