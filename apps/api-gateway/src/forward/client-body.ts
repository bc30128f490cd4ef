import { type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { payloadTooLarge } from '../admission/payload-too-large.ts';

/**
 * Streams the body of a request to a replica with at most two stream buffers in memory. It separates the two connections:
 * the HTTP client (undici) destroys the body that it is given, and the request must stay open for its response.
 */
export class ClientBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #limitBytes: number;
  #bytes = 0;
  #attached = false;

  constructor(request: IncomingMessage, limitBytes: number) {
    super();
    this.#request = request;
    this.#limitBytes = limitBytes;
  }

  /** Whether any part of the body was read. Then it cannot be sent again. */
  get isConsumed(): boolean {
    return this.#attached;
  }

  /** Whether the gateway waits for the client. While the replica does not read, the request is paused and this is false. */
  get isAwaited(): boolean {
    return this.#attached && !this.#request.complete && !this.#request.isPaused();
  }

  override _read(): void {
    if (!this.#attached) {
      this.#attached = true;
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
    if (this.#bytes > this.#limitBytes) this.destroy(payloadTooLarge(this.#limitBytes));
    else if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.#request.complete)
      this.destroy(new Error('the client disconnected before the end of its body'));
  };
}
