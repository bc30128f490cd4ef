import { HttpException } from '@nestjs/common';
import { ProblemError } from './problem.error.ts';

/** Nest passes Fastify's own refusals (too large, wrong media type) on as HTTP exceptions that have a status but no code. */
const HTTP_CODES: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

/**
 * Returns the problem that answers an error. An error with `retryable`, such as that of a database that is down, becomes
 * `unavailable`. An unknown error becomes `internal`, and its message appears only in the logs.
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
      detail: 'A dependency of the service is unavailable: try again.',
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  return new ProblemError({
    status: 500,
    code: 'internal',
    detail: 'The service failed with an internal error: search its logs for the request id.',
    cause: error,
  });
}
