import { ProblemError } from '@groundwork/service-kit';
import { type Route } from '../routes/route.ts';

/** The answers to what can go wrong between the gateway and an upstream. They name the service, never its addresses. */

export const noReplica = ({ upstream }: Route) =>
  new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: `No replica of ${upstream} can take a request at the moment.`,
    headers: { 'retry-after': '1' },
  });

export const badGateway = ({ upstream }: Route, cause: Error) =>
  new ProblemError({ status: 502, code: 'bad-gateway', detail: `${upstream} gave no valid answer.`, cause });

export const upstreamTimeout = ({ upstream, timeoutMs }: Route) =>
  new ProblemError({
    status: 504,
    code: 'upstream-timeout',
    detail: `${upstream} did not answer within ${timeoutMs} ms; its work was cancelled.`,
  });

export const requestTimeout = (timeoutMs: number) =>
  new ProblemError({
    status: 408,
    code: 'request-timeout',
    detail: `The body did not arrive within ${timeoutMs} ms.`,
  });

export const tooManyBodies = () =>
  new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: 'Too many bodies are on their way at the moment.',
    headers: { 'retry-after': '1' },
  });

export const tooManyBodiesOfClient = () =>
  new ProblemError({
    status: 429,
    code: 'rate-limited',
    detail: 'Too many bodies from this address are on their way at the moment.',
    headers: { 'retry-after': '1' },
  });

export const unforwardable = (cause: Error) =>
  new ProblemError({
    status: 400,
    code: 'malformed-request',
    detail: 'The request cannot be passed on.',
    cause,
  });
