export * from './memory-saga-log.ts';
export * from './saga-lease-lost.error.ts';
export * from './saga-log.ts';
export * from './saga-recovery.ts';
export * from './saga-runner.ts';
export * from './saga.ts';
export * from './unknown-saga.error.ts';
