import { type Socket } from 'node:net';

/** The bytes that a connection had sent at the last check, and the time since which this number is unchanged. */
interface Progress {
  readonly sentBytes: number;
  readonly since: number;
}

/**
 * Closes the connections of clients that do not read: their unsent bytes take memory, and a forwarded response also occupies
 * a connection to a replica. A connection is closed when none of its written bytes were sent for `longestMs`.
 */
export class SlowReaders {
  readonly #longestMs: number;
  readonly #now: () => number;
  readonly #waiting = new Map<Socket, Progress>();

  constructor({
    longestMs,
    now = () => performance.now(),
  }: {
    readonly longestMs: number;
    readonly now?: () => number;
  }) {
    this.#longestMs = longestMs;
    this.#now = now;
  }

  /** Checks all open connections. Call it several times within `longestMs`. */
  look(sockets: Iterable<Socket>): void {
    for (const socket of sockets) {
      if (socket.writableLength === 0) this.#waiting.delete(socket);
      else this.#lookAt(socket);
    }
  }

  closed(socket: Socket): void {
    this.#waiting.delete(socket);
  }

  #lookAt(socket: Socket): void {
    const now = this.#now();
    const sentBytes = socket.bytesWritten - socket.writableLength;
    const before = this.#waiting.get(socket);
    if (before?.sentBytes !== sentBytes) this.#waiting.set(socket, { sentBytes, since: now });
    else if (now - before.since >= this.#longestMs) socket.destroy();
  }
}
