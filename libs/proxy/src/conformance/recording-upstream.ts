import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as an upstream has received it. */
export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An upstream that records the requests it receives completely, and answers each with a 200 and its target. */
export class RecordingUpstream {
  readonly #server: Server;
  readonly #complete: RecordedRequest[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const { method = '', url: target = '', headers } = request;
      const record = (body: Buffer) => {
        this.#complete.push({ method, target, headers, body: body.toString() });
        response.end(target);
      };
      // A request that was cut off gets no answer.
      buffer(request).then(record, () => undefined);
    });
  }

  static async start(): Promise<RecordingUpstream> {
    const upstream = new RecordingUpstream();
    await new Promise<void>((resolve, reject) => {
      upstream.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get complete(): readonly RecordedRequest[] {
    return this.#complete;
  }

  forget(): void {
    this.#complete.length = 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
