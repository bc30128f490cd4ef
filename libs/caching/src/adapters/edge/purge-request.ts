import { EdgeRefusedError } from '../../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../../errors/edge-unavailable.error.ts';

/** How an adapter reaches its edge. */
export interface EdgeConnection {
  /** Time for one request and its response. Default: 5,000. */
  readonly timeoutMs?: number;
  /** Default: that of Node. */
  readonly fetch?: typeof fetch;
}

export interface PurgeRequest {
  readonly method: 'POST' | 'PURGE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** 4xx that say nothing about the request itself: it came too slowly, too early or too often. */
const RETRYABLE_4XX = new Set([408, 425, 429]);

/**
 * Sends one request, and returns the text of the response.
 *
 * @throws {EdgeUnavailableError} without a response in time, and for a status that may change: 408, 425, 429 and 5xx
 * @throws {EdgeRefusedError} for every other status than 2xx; a redirection is not followed
 */
export async function sendPurge(
  { url, ...request }: PurgeRequest,
  { timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch }: EdgeConnection,
  signal?: AbortSignal,
): Promise<string> {
  const place = `${request.method} ${new URL(url).origin}`;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signals = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let status: number, text: string, retryAfter: string | null;
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal: signals });
    [status, text] = [response.status, await response.text()];
    retryAfter = response.headers.get('retry-after');
  } catch (cause) {
    const fault = timeout.aborted ? `no response within ${timeoutMs} ms` : 'no response';
    throw new EdgeUnavailableError(`${place}: ${fault}`, { cause });
  }
  if (status >= 200 && status < 300) return text;
  const fault = `${place}: status ${status}`;
  if (status >= 500 || RETRYABLE_4XX.has(status))
    throw new EdgeUnavailableError(fault, { retryAfterMs: millisecondsOf(retryAfter) });
  throw new EdgeRefusedError(fault);
}

/** Returns the time of Retry-After (RFC 9110, 10.2.3): seconds, or a date. */
function millisecondsOf(field: string | null): number | undefined {
  if (field === null) return undefined;
  const ms = /^\d+$/.test(field) ? Number(field) * 1_000 : Date.parse(field) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
