import { ProblemError } from '@groundwork/service-kit';

/** As many questions to all shards run and wait as this instance takes; the rest of the connections are for other requests. */
export class TooManyQuestionsError extends ProblemError {
  constructor() {
    super({
      status: 503,
      code: 'overloaded',
      title: 'Overloaded',
      detail: 'Too many requests ask all shards at the moment. Others are served.',
      retryable: true,
      headers: { 'retry-after': '1' },
    });
    this.name = 'TooManyQuestionsError';
  }
}
