import { type IncomingMessage } from 'node:http';

/**
 * Why an attempt failed. `refused`: the connection could not be opened, so the endpoint saw nothing. `reset`: it broke before the
 * response. `timeout`: the attempt took longer than `perTryTimeoutMs`. `hang`: the endpoint answers no probe.
 */
export type FailureReason = 'refused' | 'reset' | 'timeout' | 'hang';

export interface RetryPolicy {
  /** How often a request is sent at most, the first attempt included. */
  readonly maxAttempts: number;
  /**
   * Which requests may be sent again. `none`: only those that an endpoint refused. `safe`: also GET, HEAD, PUT, DELETE and OPTIONS. `idempotent`:
   * also any method with an Idempotency-Key.
   */
  readonly repeat: 'none' | 'safe' | 'idempotent';
  /** Responses that count as failed attempts, such as 503. The last one is forwarded. */
  readonly onStatus: ReadonlySet<number>;
  /** The wait before a retry if no healthy endpoint is left that was not tried. It doubles each time, with full jitter. */
  readonly firstBackoffMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  maxAttempts: 3,
  repeat: 'safe',
  onStatus: new Set(),
  firstBackoffMs: 25,
};

const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** Returns whether a request may be sent again: by its method (RFC 9110 §9.2.2), or by its Idempotency-Key. */
export function mayRepeat({ method = '', headers }: IncomingMessage, { repeat }: RetryPolicy): boolean {
  if (repeat === 'none') return false;
  if (IDEMPOTENT_METHODS.has(method)) return true;
  return repeat === 'idempotent' && headers['idempotency-key'] !== undefined;
}

/** Full jitter: the delays of many requests spread evenly (AWS, "Exponential Backoff And Jitter", 2015). */
export function backoffMs(wait: number, { firstBackoffMs }: RetryPolicy, random: () => number): number {
  return random() * firstBackoffMs * 2 ** wait;
}
