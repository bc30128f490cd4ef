import { type FailureReason } from './retry-policy.ts';

/** Why a request was sent again: an attempt failed, its status is one to retry, or it was slow (hedging). */
export type RetryReason = FailureReason | 'status' | 'hedge';

/**
 * What a status alone does not tell. `client-left`: the client disconnected before the end of its response. `truncated`: the endpoint broke
 * the response off. `slow-reader`: the client did not read, and others needed the connection to the endpoint.
 */
export type ResponseFlag = 'client-left' | 'truncated' | 'slow-reader';

/** What happened to a request while it was forwarded. It is complete when the response is closed. */
export class ForwardingReport {
  attempts = 0;
  /** The origin of the endpoint whose response was forwarded. */
  endpoint: string | undefined;
  readonly retries: RetryReason[] = [];
  readonly flags = new Set<ResponseFlag>();
}
