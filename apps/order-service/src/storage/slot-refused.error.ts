import { type Route } from './shards.ts';

export type RefusalReason = 'busy' | 'stale';

/**
 * A fence has turned work away, before anything was changed: the slot is being switched or compared this very moment (busy),
 * or the shard does not own it at the route's epoch (stale). `Shards` tries again when that may have changed.
 */
export class SlotRefusedError extends Error {
  readonly code: 'slot-busy' | 'stale-epoch';
  readonly retryable = true;

  constructor(
    readonly route: Pick<Route, 'slot' | 'epoch' | 'shard'>,
    readonly reason: RefusalReason,
    options?: { readonly cause?: unknown },
  ) {
    const { slot, shard, epoch } = route;
    super(`slot ${slot} on ${shard.name} is ${reason}, asked for at epoch ${epoch}`, options);
    this.name = 'SlotRefusedError';
    this.code = reason === 'busy' ? 'slot-busy' : 'stale-epoch';
  }
}
