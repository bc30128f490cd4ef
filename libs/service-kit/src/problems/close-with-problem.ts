import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type ProblemError } from './problem.error.ts';

/** Closing at once would reset the connection of a client that is still sending, and the client would lose the answer. */
const LONGEST_LINGER_MS = 1_000;

/** Answers on a connection for which Node provides no response object, and closes it. */
export function closeWithProblem(socket: Socket, problem: ProblemError): void {
  const body = JSON.stringify(problem.toProblem());
  const fields = Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\n${fields.join('')}` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const timer = setTimeout(() => socket.destroy(), LONGEST_LINGER_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
