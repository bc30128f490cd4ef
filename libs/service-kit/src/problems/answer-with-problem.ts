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
    .headers(problem.headers)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem.toProblem(path, requestId))));
}
