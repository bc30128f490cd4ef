import { type Socket } from 'node:net';

/** What was left of a connection's answers when it was last looked at, and since when none of it has gone out. */
interface Progress {
  readonly sentBytes: number;
  readonly since: number;
}

/**
 * Ends the connections of clients that do not read: what waits for them takes memory, and a connection to a replica where an answer
 * is passed on. A connection is ended when nothing that was written has left for `longestMs`.
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

  /** Looks at all open connections; call it several times within `longestMs`. */
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
