import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { requestContext } from '../context/request-context.ts';
import { LOGGER, type Logger } from '../logging/logger.ts';
import { answerWithProblem } from './answer-with-problem.ts';
import { toProblemError } from './to-problem-error.ts';

/** The only place where an error becomes an answer: a problem document (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (clientLeft(request)) {
      this.logger.debug({ path: request.url }, 'the client disconnected during its request');
      return;
    }
    const problem = toProblemError(error);
    if (problem.status >= 500) {
      this.logger.error(
        { err: problem.cause ?? problem, path: request.url, code: problem.code },
        'request failed',
      );
    }
    // A streamed response that has started cannot be replaced. Closing the connection shows the client that it is
    // incomplete.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    answerWithProblem(reply, problem, request.url, requestContext()?.requestId);
  }
}

/**
 * Returns whether the client closed the connection before its body was complete: there is no client to answer and no fault.
 */
function clientLeft({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}
