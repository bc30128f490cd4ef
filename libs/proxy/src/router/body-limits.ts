import { type IncomingMessage } from 'node:http';
import { ProxyProblem } from '../proxy-problem.ts';

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || declaredLength(headers) > 0;
}

export function declaredLength(headers: IncomingMessage['headers']): number {
  return Number(headers['content-length'] ?? 0);
}

/** Returns the problem of a body that is larger than its route allows. */
export const payloadTooLarge = (maxBytes: number): ProxyProblem =>
  new ProxyProblem({
    status: 413,
    code: 'payload-too-large',
    detail: `The body may have at most ${maxBytes} bytes.`,
  });
