import { HttpException } from '@nestjs/common';
import { ProblemError } from './problem.error.ts';

/** Nest hands Fastify's own refusals (too large, wrong media type) on as HTTP exceptions with the status alone. */
const HTTP_CODES: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

/**
 * Any error as the problem it is answered with. One that says that it may pass (`retryable`, as a database's does that is away)
 * is `unavailable`; an unknown one is `internal`: its message stays in the logs.
 */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof HttpException) {
    const status = error.getStatus();
    const code = HTTP_CODES[status] ?? (status < 500 ? 'invalid-request' : 'internal');
    return new ProblemError({ status, code, detail: error.message, cause: error });
  }
  if ((error as { retryable?: unknown } | undefined)?.retryable === true) {
    return new ProblemError({
      status: 503,
      code: 'unavailable',
      detail: 'Something that this needs cannot be asked at the moment: try again.',
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  return new ProblemError({
    status: 500,
    code: 'internal',
    detail: 'Something went wrong on our side; the request id finds it in the logs.',
    cause: error,
  });
}
