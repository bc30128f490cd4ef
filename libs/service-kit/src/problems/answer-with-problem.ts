import { type FastifyReply } from 'fastify';
import { type ProblemError } from './problem.error.ts';

export function answerWithProblem(
  reply: FastifyReply,
  problem: ProblemError,
  url: string,
  requestId?: string,
): void {
  const path = url.split('?', 1)[0];
  // Sent as bytes, because Fastify adds a charset to text, and problem+json has no such parameter.
  void reply
    .status(problem.status)
    // A cache may keep a 404 or a 405 by itself (RFC 9110, 15.1), and would serve it after the fault is gone.
    .header('cache-control', 'no-store')
    .headers(problem.headers)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem.toProblem(path, requestId))));
}
