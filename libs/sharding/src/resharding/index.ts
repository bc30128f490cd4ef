export * from './chunk.ts';
export * from './mover-steps.ts';
export * from './plan-moves.ts';
export * from './resharding.error.ts';
