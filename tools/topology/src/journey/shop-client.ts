import { TopologyError } from '../topology.error.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  header(name: string): string | undefined;
}

/** A client of the public API that expects success: any other status is an error that contains the problem document. */
export class ShopClient {
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/$/, '');
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, {});
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.#send(path, { method: 'POST', body: JSON.stringify(body), headers: json });
  }

  async #send(path: string, request: RequestInit): Promise<Answer> {
    const what = `${request.method ?? 'GET'} ${path}`;
    const response = await fetch(this.baseUrl + path, {
      ...request,
      signal: AbortSignal.timeout(10_000),
    }).catch((cause: unknown) => {
      throw new TopologyError('unreachable', `${what}: no server answers at ${this.baseUrl}`, {
        cause,
        retryable: true,
      });
    });
    const text = await response.text();
    if (!response.ok)
      throw new TopologyError('journey-failed', `${what} returned ${response.status}: ${text}`);
    const body = JSON.parse(text) as Record<string, unknown>;
    return { status: response.status, body, header: (name) => response.headers.get(name) ?? undefined };
  }
}
