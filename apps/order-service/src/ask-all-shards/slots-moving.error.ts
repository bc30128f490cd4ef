import { ProblemError } from '@groundwork/service-kit';
import { type StaleEpochError } from '@groundwork/sharding';

/** Slots have changed owners, and no map named the new owners in time, so the service cannot give a complete answer. */
export class SlotsMovingError extends ProblemError {
  constructor(cause: StaleEpochError) {
    super({
      status: 503,
      code: 'slot-moving',
      title: 'Slots moving',
      detail: `Slots are changing owners, and the directory does not show their new owners yet: ${cause.message}.`,
      retryable: true,
      headers: { 'retry-after': '1' },
      cause,
    });
    this.name = 'SlotsMovingError';
  }
}
