import { Answer } from './answer.ts';

export interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; chunks go out as they come, without a `Content-Length`. */
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly timeoutMs?: number;
}

/** Longer than any timeout inside the platform, so that it is the platform that answers. */
const TIMEOUT_MS = 30_000;

/** One request, one answer, no retries. Rejects when the connection breaks or nothing comes in time. */
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
