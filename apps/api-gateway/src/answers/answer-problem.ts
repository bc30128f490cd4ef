import { type ProblemError } from '@groundwork/service-kit';
import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Sends a problem document as the response to a request that Fastify never saw. */
export function answerProblem(
  request: IncomingMessage,
  response: ServerResponse,
  problem: ProblemError,
  ownFields: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const path = request.url?.split('?', 1)[0];
  const body = Buffer.from(JSON.stringify(problem.toProblem(path, ownFields['x-request-id'])));
  response.writeHead(problem.status, {
    ...ownFields,
    // A cache may keep a 404 or a 405 by itself (RFC 9110, 15.1).
    'cache-control': 'no-store',
    ...problem.headers,
    'content-type': 'application/problem+json',
    'content-length': body.length,
  });
  response.end(body);
}
