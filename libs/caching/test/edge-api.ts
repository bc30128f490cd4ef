import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type State = 'fresh' | 'stale' | 'gone';

/** Fields that say something about a purge. The others belong to the HTTP client. */
const CLIENT_FIELDS = new Set(['connection', 'accept-language', 'sec-fetch-mode', 'user-agent']);
const ENCODING_FIELDS = new Set(['accept-encoding', 'content-length', 'accept']);

/** The API of an edge on a local port: it records requests, keeps objects, and purges them as `purge` reads the requests. */
export class EdgeApi {
  readonly requests: RecordedRequest[] = [];
  /** The next answers, instead of a purge. `hang` sends none, `drop` closes the connection. */
  readonly answers: (Answer | 'hang' | 'drop')[] = [];
  readonly #objects = new Map<string, { readonly tags: readonly string[]; state: State }>();
  readonly #server = createServer((request, response) => {
    void this.#record(request).then((recorded) => {
      const answer = this.answers.shift() ?? this.purge(this, recorded);
      if (answer === 'hang') return;
      if (answer === 'drop') response.destroy();
      else response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '');
    });
  });
  readonly purge: (api: EdgeApi, request: RecordedRequest) => Answer;

  private constructor(purge: (api: EdgeApi, request: RecordedRequest) => Answer) {
    this.purge = purge;
  }

  static async start(purge: (api: EdgeApi, request: RecordedRequest) => Answer): Promise<EdgeApi> {
    const api = new EdgeApi(purge);
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param tags as the response has them, encoded */
  put(url: string, tags: readonly string[]): void {
    this.#objects.set(url, { tags, state: 'fresh' });
  }

  stateOf(url: string): State {
    return this.#objects.get(url)?.state ?? 'gone';
  }

  purgeUrl(url: string, state: State): void {
    const object = this.#objects.get(url);
    if (object !== undefined) object.state = state;
  }

  purgeTags(tags: readonly string[], state: State): void {
    for (const object of this.#objects.values())
      if (object.tags.some((tag) => tags.includes(tag))) object.state = state;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #record(request: IncomingMessage): Promise<RecordedRequest> {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !CLIENT_FIELDS.has(name) && !ENCODING_FIELDS.has(name),
      ),
    ) as Record<string, string>;
    const { method = '', url: path = '' } = request;
    const recorded = { method, path, headers, body: await text(request) };
    this.requests.push(recorded);
    return recorded;
  }
}
