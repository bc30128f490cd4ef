import { type ByteBudget } from '@groundwork/resilience';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { watchHalfClosed } from './half-closed.ts';
import { MessageSplitter } from './message-splitter.ts';

/** Maximum of waiting bytes of one connection: twice the size of one socket read. */
const MAX_BACKLOG_BYTES = 131_072;

/**
 * Gives Node's parser one message of a connection at a time, and the next one when the response is complete. By default Node
 * parses all pipelined requests of a packet, up to some thousands, and creates objects and responses for each. Here they
 * wait as unparsed bytes, and while one packet waits, the socket is not read.
 *
 * It replaces Node's own listeners for `data` and `end`, so Node reads the socket in JavaScript instead of in C++.
 */
export class SerialConnection {
  readonly #socket: Socket;
  readonly #budget: ByteBudget;
  readonly #client: string;
  readonly #parse: (bytes: Buffer) => void;
  readonly #parseEnd: () => void;
  readonly #splitter = new MessageSplitter();
  #backlog: Buffer[] = [];
  #reservedBytes = 0;
  #isHolding = false;
  #hasEnded = false;
  #request: IncomingMessage | undefined;
  #response: ServerResponse | undefined;

  /** @param client the key under which `budget` counts the waiting bytes */
  constructor(socket: Socket, budget: ByteBudget, client: string) {
    this.#socket = socket;
    this.#budget = budget;
    this.#client = client;
    this.#parse = takeLastListener(socket, 'data', (chunk: Buffer) => {
      this.#backlog.push(chunk);
      this.#parseBacklog();
    });
    this.#parseEnd = takeLastListener(socket, 'end', () => {
      this.#hasEnded = true;
      this.#parseBacklog();
    });
    socket.once('close', () => this.#dropBacklog());
  }

  /** Must be called for every request of the connection, before the request is answered. */
  begins(request: IncomingMessage, response: ServerResponse): void {
    this.#request = request;
    this.#response = response;
    this.#splitter.bodyFollows(Number(request.headers['content-length'] ?? 0));
    response.once('close', () => {
      this.#response = undefined;
      this.#parseBacklog();
    });
  }

  /** Whether the next bytes belong to a request that must wait for the response to the previous request. */
  get #mustWait(): boolean {
    return this.#request?.complete === true && this.#response !== undefined;
  }

  #parseBacklog(): void {
    // The socket is closed: Node may have given its parser to another connection.
    if (this.#socket.destroyed) return;
    for (let chunk = this.#backlog[0]; chunk !== undefined; chunk = this.#backlog[0]) {
      if (!this.#socket.writable) return this.#dropBacklog();
      if (this.#mustWait) return this.#holdBacklog();
      const length = this.#splitter.nextPiece(chunk);
      if (length === chunk.length) this.#backlog.shift();
      else this.#backlog[0] = chunk.subarray(length);
      this.#parse(chunk.subarray(0, length));
    }
    this.#readOn();
  }

  #holdBacklog(): void {
    this.#socket.pause();
    this.#isHolding = true;
    this.#releaseBytes();
    const bytes = this.#backlog.reduce((sum, { length }) => sum + length, 0);
    if (bytes > MAX_BACKLOG_BYTES || !this.#budget.reserve(this.#client, bytes)) this.#socket.destroy();
    else this.#reservedBytes = bytes;
  }

  /** Resumes the socket only after a pause of this class: a request whose reader is slow also pauses it. */
  #readOn(): void {
    this.#releaseBytes();
    if (this.#isHolding) this.#socket.resume();
    this.#isHolding = false;
    if (this.#hasEnded) this.#endReading();
  }

  #endReading(): void {
    this.#hasEnded = false;
    this.#parseEnd();
    if (this.#request && this.#response && this.#socket.writable)
      watchHalfClosed(this.#request, this.#response);
  }

  #dropBacklog(): void {
    this.#backlog = [];
    this.#releaseBytes();
  }

  #releaseBytes(): void {
    this.#budget.release(this.#client, this.#reservedBytes);
    this.#reservedBytes = 0;
  }
}

/** Replaces the last listener with another and returns it. On a new connection of a server, it is Node's parser. */
function takeLastListener<Args extends unknown[]>(
  socket: Socket,
  event: string,
  listener: (...args: Args) => void,
): (...args: Args) => void {
  const last = socket.listeners(event).at(-1) as (...args: Args) => void;
  // Node passes bytes to JavaScript once our first listener is added, so add it before the old one is removed.
  socket.on(event, listener);
  socket.off(event, last);
  return last;
}
