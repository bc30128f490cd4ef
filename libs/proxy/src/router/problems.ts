import { ProxyProblem } from '../proxy-problem.ts';

/** The problems between the proxy and a cluster. They name the service, never its addresses. */

export const noEndpoint = (cluster: string) =>
  new ProxyProblem({
    status: 503,
    code: 'unavailable',
    detail: `No replica of ${cluster} can accept a request at the moment.`,
    headers: { 'retry-after': '1' },
  });

export const badGateway = (cluster: string, cause: unknown) =>
  new ProxyProblem({ status: 502, code: 'bad-gateway', detail: `${cluster} gave no valid answer.`, cause });

export const upstreamTimeout = (cluster: string, timeoutMs: number) =>
  new ProxyProblem({
    status: 504,
    code: 'upstream-timeout',
    detail: `${cluster} did not respond within ${timeoutMs} ms; the request to it was cancelled.`,
  });

export const requestTimeout = (timeoutMs: number) =>
  new ProxyProblem({
    status: 408,
    code: 'request-timeout',
    detail: `The request body did not arrive within ${timeoutMs} ms.`,
  });

export const tooManyBodies = () =>
  new ProxyProblem({
    status: 503,
    code: 'unavailable',
    detail: 'The gateway is receiving too many request bodies at the moment.',
    headers: { 'retry-after': '1' },
  });

export const tooManyBodiesOfClient = () =>
  new ProxyProblem({
    status: 429,
    code: 'rate-limited',
    detail: 'The gateway is receiving too many request bodies from this address at the moment.',
    headers: { 'retry-after': '1' },
  });

export const unforwardable = (cause: unknown) =>
  new ProxyProblem({
    status: 400,
    code: 'malformed-request',
    detail: 'The request cannot be forwarded because it is malformed.',
    cause,
  });
