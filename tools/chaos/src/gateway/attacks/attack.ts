import { type Target } from './target.ts';

/** Runs until `signal` is aborted, then closes its connections. The number of connections of each attack is limited. */
export type Attack = (targets: readonly Target[], signal: AbortSignal) => Promise<void>;
