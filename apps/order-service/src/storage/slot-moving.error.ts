import { ProblemError } from '@groundwork/service-kit';
import { type StaleEpochError } from '@groundwork/sharding';

/** A slot has left its shard, and within our patience no map says where to. */
export class SlotMovingError extends ProblemError {
  /** Consumers wait for the slot instead of counting attempts. */
  readonly infrastructure = true;

  constructor(slot: number, shard: string, cause: StaleEpochError) {
    super({
      status: 503,
      code: 'slot-moving',
      title: 'Slot moving',
      detail: `Slot ${slot} is no longer on ${shard}, and the directory does not say yet where it is now.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'SlotMovingError';
  }
}
