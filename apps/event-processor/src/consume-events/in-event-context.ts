import { type IncomingEvent } from '@groundwork/messaging';
import { continueTrace, runInContext } from '@groundwork/service-kit';

/** Handles an event in its own trace. In the logs, the event id is used as the request id. */
export function inEventContext<T>(event: IncomingEvent<unknown>, handle: () => T): T {
  return runInContext(
    { requestId: event.id, traceparent: continueTrace(event.headers['traceparent']) },
    handle,
  );
}
