import { ProblemError } from '@groundwork/service-kit';
import { type StaleEpochError } from '@groundwork/sharding';

/** Slots have changed hands, and within our patience no map says which shard has which: no answer would be whole. */
export class SlotsMovingError extends ProblemError {
  constructor(cause: StaleEpochError) {
    super({
      status: 503,
      code: 'slot-moving',
      title: 'Slots moving',
      detail: `Slots are changing hands, and the directory does not say yet where they are: ${cause.message}.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'SlotsMovingError';
  }
}
