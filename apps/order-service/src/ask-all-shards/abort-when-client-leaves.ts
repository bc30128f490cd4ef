import { ProblemError } from '@groundwork/service-kit';
import { type FastifyReply } from 'fastify';

/** A signal that is aborted when the client closes its connection before it has its answer. */
export function abortWhenClientLeaves({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new ClientLeftError());
  });
  return controller.signal;
}

/** Nobody reads this answer; the status is nginx's for it, and keeps it apart from failures of ours. */
class ClientLeftError extends ProblemError {
  constructor() {
    super({ status: 499, code: 'client-left', title: 'Client closed request', retryable: false });
    this.name = 'ClientLeftError';
  }
}
