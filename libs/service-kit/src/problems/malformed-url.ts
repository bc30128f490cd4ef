import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerWithProblem } from './answer-with-problem.ts';
import { ProblemError } from './problem.error.ts';

/**
 * Refuses a path or query that is not percent-encoded UTF-8 or that holds U+0000, whichever route it is for: the parser of
 * queries would keep what it cannot decode as it stands, and the route would look for another text than the client meant.
 */
export function refuseMalformedUrls(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const detail = faultOf(request.url);
    if (detail === undefined) done();
    else done(malformed(detail));
  });
}

/** Fastify refuses some paths before any hook runs; without this, its answer is no problem document. */
export function answerRefusedPath(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const detail = faultOf(request.url) ?? 'A part of the path is too long.';
  answerWithProblem(reply, malformed(detail), request.url);
}

function faultOf(url: string): string | undefined {
  if (/[^\x21-\x7e]/.test(url))
    return 'The URL holds more than ASCII: percent-encode other characters as UTF-8.';
  if (!url.includes('%')) return undefined;
  try {
    return decodeURIComponent(url).includes('\0') ? 'The URL holds U+0000.' : undefined;
  } catch {
    return 'The URL is not percent-encoded UTF-8.';
  }
}

const malformed = (detail: string) => new ProblemError({ status: 400, code: 'malformed-request', detail });
