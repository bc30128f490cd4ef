import { Answer } from './answer.ts';

export interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent unchanged; chunks are sent as they become available, without a `Content-Length`. */
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly timeoutMs?: number;
}

/** Longer than any timeout inside the platform, so that the platform answers before this timeout. */
const TIMEOUT_MS = 30_000;

/**
 * Sends one request without retries and returns the answer. Rejects when the connection breaks or no answer arrives in time.
 */
export async function send(url: string, outgoing: Outgoing = {}): Promise<Answer> {
  const { json, body = json === undefined ? null : JSON.stringify(json), timeoutMs = TIMEOUT_MS } = outgoing;
  const method = outgoing.method ?? (body === null ? 'GET' : 'POST');
  const headers = { ...(json !== undefined && { 'content-type': 'application/json' }), ...outgoing.headers };
  const response = await fetch(url, {
    method,
    headers,
    body,
    duplex: 'half',
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return new Answer(
    `${method} ${new URL(url).pathname}`,
    response.status,
    response.headers,
    await response.text(),
  );
}
