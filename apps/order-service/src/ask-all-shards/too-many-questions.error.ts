import { ProblemError } from '@groundwork/service-kit';

/** The limits of running and waiting queries over all shards are reached; the other connections serve other requests. */
export class TooManyQuestionsError extends ProblemError {
  constructor() {
    super({
      status: 503,
      code: 'overloaded',
      title: 'Overloaded',
      detail: 'Too many queries over all shards are waiting: retry later. Other requests are served.',
      retryable: true,
      headers: { 'retry-after': '1' },
    });
    this.name = 'TooManyQuestionsError';
  }
}
