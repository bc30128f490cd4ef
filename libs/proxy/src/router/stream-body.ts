import { type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { payloadTooLarge } from './body-limits.ts';

/** The client closed its connection before the end of its body. */
export class ClientDisconnected extends Error {
  constructor() {
    super('the client disconnected before the end of its body');
    this.name = 'ClientDisconnected';
  }
}

/**
 * Streams the body of a request to an endpoint with at most two stream buffers in memory. It separates the two connections: the HTTP
 * client destroys the body that it is given, and the request must stay open for its response.
 */
export class StreamBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  #bytes = 0;
  #isAttached = false;

  constructor(request: IncomingMessage, maxBytes: number) {
    super();
    this.#request = request;
    this.#maxBytes = maxBytes;
  }

  /** Whether any part of the body was read. Then it cannot be sent again. */
  get isConsumed(): boolean {
    return this.#isAttached;
  }

  /** Whether the proxy waits for the client. While the endpoint does not read, the request is paused and this is false. */
  get isAwaited(): boolean {
    return this.#isAttached && !this.#request.complete && !this.#request.isPaused();
  }

  override _read(): void {
    if (!this.#isAttached) {
      this.#isAttached = true;
      this.#request.on('data', this.#onData).once('end', this.#onEnd).once('close', this.#onClose);
    }
    this.#request.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.destroy(payloadTooLarge(this.#maxBytes));
    else if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => void this.push(null);

  readonly #onClose = (): void => {
    if (!this.#request.complete) this.destroy(new ClientDisconnected());
  };
}
