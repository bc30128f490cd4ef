import { type IncomingMessage } from 'node:http';

/**
 * The largest body that is held in memory. A held body is forwarded only when it is complete, so no replica waits for it,
 * and it can be sent again.
 */
export const MAX_HELD_BYTES = 65_536;

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || declaredLength(headers) > 0;
}

/** Returns whether a body can be held. The length must be declared: the size of a chunked body is known too late. */
export function isSmallEnoughToHold({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined && declaredLength(headers) <= MAX_HELD_BYTES;
}

export function declaredLength(headers: IncomingMessage['headers']): number {
  return Number(headers['content-length'] ?? 0);
}

/** Collects a body in memory. */
export class HeldBody {
  readonly #request: IncomingMessage;
  #chunks: Buffer[] = [];

  constructor(request: IncomingMessage) {
    this.#request = request.on('data', this.#keep);
  }

  /** Resolves with the complete body. Rejects if the client disconnects before its end. */
  arrived(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#request.once('end', () => resolve(Buffer.concat(this.#chunks)));
      this.#request.once('close', () =>
        reject(new Error('the client disconnected before the end of its body')),
      );
    });
  }

  /** Stops collecting and releases the chunks. */
  drop(): void {
    this.#request.off('data', this.#keep);
    this.#chunks = [];
  }

  readonly #keep = (chunk: Buffer): void => void this.#chunks.push(chunk);
}
