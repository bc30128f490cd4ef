import { AsyncLocalStorage } from 'node:async_hooks';

/** The context that the work of one request or event can read without receiving it as a parameter. */
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
