import { ProxyProblem } from '../proxy-problem.ts';

/**
 * Returns the problem of a request that two servers could read differently. Its end is ambiguous as well, so the response
 * closes the connection, and no further byte of the connection is parsed.
 */
export function malformedRequest(detail: string): ProxyProblem {
  return new ProxyProblem({
    status: 400,
    code: 'malformed-request',
    detail,
    headers: { connection: 'close' },
  });
}
