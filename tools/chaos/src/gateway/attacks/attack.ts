import { type Target } from './target.ts';

/** Goes on until `signal` is aborted, and leaves nothing open. Each is bounded in the number of its connections. */
export type Attack = (targets: readonly Target[], signal: AbortSignal) => Promise<void>;
