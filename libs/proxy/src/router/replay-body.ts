import { type IncomingMessage } from 'node:http';
import { declaredLength } from './body-limits.ts';
import { ClientDisconnected } from './stream-body.ts';

/**
 * Returns whether a body is held in memory: it is forwarded only when it is complete, so no endpoint waits for it, and it can be sent
 * again. The length must be declared, because the size of a chunked body is known too late.
 */
export function isHeld({ headers }: IncomingMessage, maxHeldBytes: number): boolean {
  return headers['content-length'] !== undefined && declaredLength(headers) <= maxHeldBytes;
}

/** Collects a body in memory. */
export class ReplayBody {
  readonly #request: IncomingMessage;
  #chunks: Buffer[] = [];

  constructor(request: IncomingMessage) {
    this.#request = request.on('data', this.#keep);
  }

  /** Resolves with the complete body. Rejects if the client disconnects before its end. */
  arrived(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#request.once('end', () => resolve(Buffer.concat(this.#chunks)));
      this.#request.once('close', () => reject(new ClientDisconnected()));
    });
  }

  /** Stops collecting and releases the chunks. */
  drop(): void {
    this.#request.off('data', this.#keep);
    this.#chunks = [];
  }

  readonly #keep = (chunk: Buffer): void => void this.#chunks.push(chunk);
}
