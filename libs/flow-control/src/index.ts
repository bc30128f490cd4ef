export * from './backpressure/backpressure-controller.ts';
export * from './backpressure/backpressure-stream.ts';
export * from './backpressure/for-each.ts';
export * from './backpressure/load-gauge.ts';
export * from './keyed-executor/keyed-executor.ts';
