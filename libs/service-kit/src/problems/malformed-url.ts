import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerWithProblem } from './answer-with-problem.ts';
import { ProblemError } from './problem.error.ts';

/**
 * Rejects a path or query that is not percent-encoded UTF-8 or that contains U+0000, on every route. The query parser keeps
 * text that it cannot decode unchanged, so the route would search for a different text than the client intended.
 */
export function refuseMalformedUrls(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const detail = faultOf(request.url);
    if (detail === undefined) done();
    else done(malformed(detail));
  });
}

/** Fastify rejects some paths before any hook runs. This answers them with a problem document instead of Fastify's own. */
export function answerRefusedPath(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const detail = faultOf(request.url) ?? 'A part of the path is too long.';
  answerWithProblem(reply, malformed(detail), request.url);
}

function faultOf(url: string): string | undefined {
  if (/[^\x21-\x7e]/.test(url))
    return 'The URL contains characters outside ASCII: percent-encode them as UTF-8.';
  if (!url.includes('%')) return undefined;
  try {
    return decodeURIComponent(url).includes('\0') ? 'The URL contains U+0000.' : undefined;
  } catch {
    return 'The URL is not percent-encoded UTF-8.';
  }
}

const malformed = (detail: string) => new ProblemError({ status: 400, code: 'malformed-request', detail });
