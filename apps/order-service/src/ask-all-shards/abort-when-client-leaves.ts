import { ProblemError } from '@groundwork/service-kit';
import { type FastifyReply } from 'fastify';

/** Returns a signal that is aborted when the client closes its connection before it has received its answer. */
export function abortWhenClientLeaves({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new ClientLeftError());
  });
  return controller.signal;
}

/**
 * The client does not read this answer. Status 499 follows nginx and separates a disconnect from failures of the service.
 */
class ClientLeftError extends ProblemError {
  constructor() {
    super({ status: 499, code: 'client-left', title: 'Client closed request', retryable: false });
    this.name = 'ClientLeftError';
  }
}
