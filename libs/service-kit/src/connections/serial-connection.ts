import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type ByteBudget } from './byte-budget.ts';
import { watchHalfClosed } from './half-closed.ts';
import { MessageSplitter } from './message-splitter.ts';

/** What one connection may hold back: twice what a socket reads at once. */
const MAX_BACKLOG_BYTES = 131_072;

/**
 * Gives Node's parser one message of a connection at a time, and the next one when the answer is out. Node itself parses all that
 * a packet holds, some thousand pipelined requests, and makes objects and answers for each; here they wait as bytes, unread by us
 * and, once a packet of them waits, unread from the socket.
 *
 * It stands where Node's own listeners for `data` and `end` stood. Node then reads the socket in JavaScript instead of in C++.
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

  /** @param client the key under which `budget` counts what waits */
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

  /** Must be called for every request of the connection, before anything answers it. */
  begins(request: IncomingMessage, response: ServerResponse): void {
    this.#request = request;
    this.#response = response;
    this.#splitter.bodyFollows(Number(request.headers['content-length'] ?? 0));
    response.once('close', () => {
      this.#response = undefined;
      this.#parseBacklog();
    });
  }

  /** Whether the next bytes belong to a request that has to wait for the answer to the one before it. */
  get #mustWait(): boolean {
    return this.#request?.complete === true && this.#response !== undefined;
  }

  #parseBacklog(): void {
    // Node has given its parser to another connection by then.
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

  /** Only a pause of ours is ended: a request whose reader is slow pauses the socket, too. */
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

/** Puts a listener in the place of the last one, which is Node's parser once a server has a connection. */
function takeLastListener<Args extends unknown[]>(
  socket: Socket,
  event: string,
  listener: (...args: Args) => void,
): (...args: Args) => void {
  const last = socket.listeners(event).at(-1) as (...args: Args) => void;
  // Node hands the bytes to JavaScript from the first listener of ours on, so it is added before the other one goes.
  socket.on(event, listener);
  socket.off(event, last);
  return last;
}
