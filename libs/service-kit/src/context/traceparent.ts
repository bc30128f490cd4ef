import { randomBytes } from 'node:crypto';

/** A W3C Trace Context `traceparent` of version 00; all-zero ids are invalid. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Returns the same trace with a new span, or a new trace when `traceparent` is missing or malformed. */
export function continueTrace(traceparent: string | undefined): string {
  const incoming =
    traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent.split('-') : undefined;
  const traceId = incoming?.[1] ?? randomBytes(16).toString('hex');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${incoming?.[3] ?? '01'}`;
}

/** Returns the 32 hexadecimal digits that identify the whole trace. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
