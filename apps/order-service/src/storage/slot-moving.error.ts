import { ProblemError } from '@groundwork/service-kit';
import { type SlotRefusedError } from './slot-refused.error.ts';

/**
 * Fences have rejected work on a slot until its patience ended: no map names the owner of the slot, or the slot stays
 * locked.
 */
export class SlotMovingError extends ProblemError {
  /** Consumers wait for the slot instead of counting attempts. */
  readonly infrastructure = true;

  constructor(cause: SlotRefusedError) {
    const { slot, shard } = cause.route;
    super({
      status: 503,
      code: 'slot-moving',
      title: 'Slot moving',
      detail:
        cause.reason === 'stale'
          ? `Slot ${slot} is no longer on ${shard.name}, and the directory does not show its new shard yet; retry later.`
          : `Slot ${slot} is locked on ${shard.name} because it is being moved; retry later.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'SlotMovingError';
  }
}
