import { type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { payloadTooLarge } from '../admission/payload-too-large.ts';

/**
 * A request's body on its way to a replica: never more of it in memory than two stream buffers. It stands between the two
 * connections, because the client destroys a body it is given, and the request must live on to be answered.
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

  /** Whether any of it was read: then it cannot be sent a second time. */
  get isConsumed(): boolean {
    return this.#attached;
  }

  /** Whether the client is waited for. It is not while the replica takes no more: then the request stands paused. */
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
    if (!this.#request.complete) this.destroy(new Error('the client went away in the middle of its body'));
  };
}
