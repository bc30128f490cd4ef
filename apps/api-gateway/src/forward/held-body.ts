import { type IncomingMessage } from 'node:http';

/** The largest body that is held in memory: it goes on in one piece, takes no replica's time to arrive, and can be sent again. */
export const MAX_HELD_BYTES = 65_536;

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || declaredLength(headers) > 0;
}

/** Only a declared length is held: whether a chunked body is small is known too late. */
export function isSmallEnoughToHold({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined && declaredLength(headers) <= MAX_HELD_BYTES;
}

export function declaredLength(headers: IncomingMessage['headers']): number {
  return Number(headers['content-length'] ?? 0);
}

/** A body on its way into memory. */
export class HeldBody {
  readonly #request: IncomingMessage;
  #chunks: Buffer[] = [];

  constructor(request: IncomingMessage) {
    this.#request = request.on('data', this.#keep);
  }

  /** The whole body. Rejects if the client goes away before its end. */
  arrived(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#request.once('end', () => resolve(Buffer.concat(this.#chunks)));
      this.#request.once('close', () => reject(new Error('the client went away in the middle of its body')));
    });
  }

  /** Keeps no more of it. */
  drop(): void {
    this.#request.off('data', this.#keep);
    this.#chunks = [];
  }

  readonly #keep = (chunk: Buffer): void => void this.#chunks.push(chunk);
}
