import { type FastifyInstance } from 'fastify';
import { ProblemError } from './problem.error.ts';

/** JSON is the one body a service reads, and text that is not JSON is `malformed-json`. Any other media type is 415. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    void parse(request, body as string, (error, value) => {
      if (error === null) done(null, value);
      else done(malformed(body as string, error), undefined);
    });
  });
}

function malformed(body: string, cause: Error): ProblemError {
  const detail =
    body === '' ? 'The body is empty; a JSON document was expected.' : 'The body is not valid JSON.';
  return new ProblemError({ status: 400, code: 'malformed-json', detail, cause });
}
