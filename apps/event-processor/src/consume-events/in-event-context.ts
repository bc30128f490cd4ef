import { type IncomingEvent } from '@groundwork/messaging';
import { continueTrace, runInContext } from '@groundwork/service-kit';

/** Handles an event under the trace that it came from; its id stands for the request's in the logs. */
export function inEventContext<T>(event: IncomingEvent<unknown>, handle: () => T): T {
  return runInContext(
    { requestId: event.id, traceparent: continueTrace(event.headers['traceparent']) },
    handle,
  );
}
