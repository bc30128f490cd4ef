import { EdgeRefusedError } from '../../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../../errors/edge-unavailable.error.ts';

/** How an adapter reaches its edge. */
export interface EdgeConnection {
  /** Time for one request and its response. Default: 5,000. */
  readonly timeoutMs?: number;
  /** Default: that of Node. */
  readonly fetch?: typeof fetch;
}

/** Returns why a refusal (400, 413, …) may go away without a change of the purge, or undefined if it cannot. */
export type MendableRefusal = (body: string) => string | undefined;

export interface PurgeRequest {
  readonly method: 'POST' | 'PURGE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** How long to wait after 429 without Retry-After. */
const TOO_MANY_WAIT_MS = 1_000;
/**
 * The statuses that refuse the content of the request: its targets, or its size. Every other status may change without a change
 * of the request: an operator replaces a token, or a VCL is loaded. Until then no purge may be given up.
 */
const FINAL_STATUSES = new Set([400, 413, 414, 422, 431]);

/**
 * Sends one request, and returns the text of the response.
 *
 * @throws {EdgeRefusedError} for a status that refuses the content of the request: 400, 413, 414, 422 and 431
 * @throws {EdgeUnavailableError} without a response in time, and for every other status than 2xx; a redirection is not followed
 */
export async function sendPurge(
  { url, ...request }: PurgeRequest,
  { timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch }: EdgeConnection,
  signal?: AbortSignal,
  mendable: MendableRefusal = () => undefined,
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
  if (FINAL_STATUSES.has(status)) {
    const reason = mendable(text);
    throw reason === undefined
      ? new EdgeRefusedError(fault)
      : new EdgeUnavailableError(`${fault}: ${reason}`);
  }
  const retryAfterMs = millisecondsOf(retryAfter) ?? (status === 429 ? TOO_MANY_WAIT_MS : undefined);
  throw new EdgeUnavailableError(fault, { retryAfterMs });
}

/** Returns the time of Retry-After (RFC 9110, 10.2.3): seconds, or a date. */
function millisecondsOf(field: string | null): number | undefined {
  if (field === null) return undefined;
  const ms = /^\d+$/.test(field) ? Number(field) * 1_000 : Date.parse(field) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
