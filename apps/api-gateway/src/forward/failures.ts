import { ProblemError } from '@groundwork/service-kit';
import { type Route } from '../routes/route.ts';

/** The problems for failures between the gateway and an upstream. They name the service, never its addresses. */

export const noReplica = ({ upstream }: Route) =>
  new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: `No replica of ${upstream} can accept a request at the moment.`,
    headers: { 'retry-after': '1' },
  });

export const badGateway = ({ upstream }: Route, cause: Error) =>
  new ProblemError({ status: 502, code: 'bad-gateway', detail: `${upstream} gave no valid answer.`, cause });

export const upstreamTimeout = ({ upstream, timeoutMs }: Route) =>
  new ProblemError({
    status: 504,
    code: 'upstream-timeout',
    detail: `${upstream} did not respond within ${timeoutMs} ms; the request to it was cancelled.`,
  });

export const requestTimeout = (timeoutMs: number) =>
  new ProblemError({
    status: 408,
    code: 'request-timeout',
    detail: `The request body did not arrive within ${timeoutMs} ms.`,
  });

export const tooManyBodies = () =>
  new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: 'The gateway is receiving too many request bodies at the moment.',
    headers: { 'retry-after': '1' },
  });

export const tooManyBodiesOfClient = () =>
  new ProblemError({
    status: 429,
    code: 'rate-limited',
    detail: 'The gateway is receiving too many request bodies from this address at the moment.',
    headers: { 'retry-after': '1' },
  });

export const unforwardable = (cause: Error) =>
  new ProblemError({
    status: 400,
    code: 'malformed-request',
    detail: 'The request cannot be forwarded because it is malformed.',
    cause,
  });
