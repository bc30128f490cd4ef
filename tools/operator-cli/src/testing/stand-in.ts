import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Asked {
  readonly request: string;
  readonly key: string | undefined;
  readonly body: unknown;
}

type Answer = readonly [status: number, body: unknown, how?: 'cut off'];

/**
 * A gateway that gives configured answers and records its requests. The last answer for a request is repeated for all later
 * ones.
 */
export class StandIn {
  readonly asked: Asked[] = [];
  readonly #events = new EventEmitter();
  readonly #answers = new Map<string, Answer[]>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const name = `${request.method} ${request.url?.replace('/v1/admin/', '')}`;
      const chunks: Buffer[] = [];
      request.on('data', (data: Buffer) => chunks.push(data));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const key = request.headers['x-operator-key'] as string | undefined;
        this.asked.push({ request: name, key, body: text === '' ? undefined : JSON.parse(text) });
        this.#events.emit('asked');
        const answers = this.#answers.get(name) ?? [];
        const [status, body, how] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [
          404,
          { code: 'not-found' },
        ];
        response.writeHead(status, { 'content-type': 'application/json' });
        if (how === 'cut off') response.write(JSON.stringify(body).slice(0, -1), () => response.destroy());
        else response.end(JSON.stringify(body));
      });
    });
  }

  answer(request: string, ...answers: Answer[]): this {
    this.#answers.set(request, answers);
    return this;
  }

  /** Resolves once it has received the request this many times. */
  async until(request: string, times: number): Promise<void> {
    while (this.asked.filter((asked) => asked.request === request).length < times) {
      await once(this.#events, 'asked');
    }
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
