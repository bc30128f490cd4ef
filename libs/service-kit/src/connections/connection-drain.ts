import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** Long enough for a request whose first bytes were in flight when the server stopped accepting. */
const LOOK_EVERY_MS = 1_000;

/**
 * Closes the connections of a closing server as soon as they have no request in flight. `server.close()` of Node closes only
 * the connections that are idle at that moment. It waits up to 90 s for a client that has not sent a complete request
 * (`headersTimeout`), and for `keepAliveTimeout` after a request that is answered later.
 */
export class ConnectionDrain {
  readonly #responses = new Map<Socket, Set<ServerResponse>>();
  #looking: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#responses.set(socket, new Set());
      socket.once('close', () => this.#responses.delete(socket));
    });
    const begins = (request: IncomingMessage, response: ServerResponse) => this.#begins(request, response);
    server.prependListener('request', begins);
    server.prependListener('checkContinue', begins);
    server.once('close', () => clearInterval(this.#looking));
  }

  /** Call this when the server starts to close: from now on responses carry `Connection: close`. */
  begin(): void {
    this.#looking = setInterval(() => this.#endQuietConnections(), LOOK_EVERY_MS);
    for (const responses of this.#responses.values()) for (const response of responses) endAfter(response);
  }

  #begins({ socket }: IncomingMessage, response: ServerResponse): void {
    const responses = this.#responses.get(socket);
    responses?.add(response);
    response.once('close', () => responses?.delete(response));
    if (this.#looking !== undefined) endAfter(response);
  }

  #endQuietConnections(): void {
    for (const [socket, responses] of this.#responses) if (responses.size === 0) socket.destroy();
  }
}

function endAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}
