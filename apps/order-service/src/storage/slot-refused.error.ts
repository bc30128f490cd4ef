import { type Route } from './shards.ts';

export type RefusalReason = 'busy' | 'stale';

/**
 * A fence has rejected work before it changed anything: the slot is being switched or compared right now (busy), or the
 * shard does not own it at the epoch of the route (stale). `Shards` retries when that may have changed.
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
    super(`slot ${slot} on ${shard.name} is ${reason} for a request at epoch ${epoch}`, options);
    this.name = 'SlotRefusedError';
    this.code = reason === 'busy' ? 'slot-busy' : 'stale-epoch';
  }
}
