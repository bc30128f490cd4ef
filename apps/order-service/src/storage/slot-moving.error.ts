import { ProblemError } from '@groundwork/service-kit';
import { type SlotRefusedError } from './slot-refused.error.ts';

/** A slot has been turned away for as long as our patience lasts: it is nobody's that any map names, or it stays locked. */
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
          ? `Slot ${slot} is no longer on ${shard.name}, and the directory does not say yet where it is now.`
          : `Slot ${slot} is locked on ${shard.name}: it is being moved and takes nothing for the moment.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'SlotMovingError';
  }
}
