import { AsyncLocalStorage } from 'node:async_hooks';

/** What the work of one request, or of one event, carries along without being passed. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C Trace Context. */
  readonly traceparent: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}
