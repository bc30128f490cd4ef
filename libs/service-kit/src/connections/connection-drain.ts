import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** Long enough for a request whose first bytes were on their way when the server stopped accepting. */
const LOOK_EVERY_MS = 1_000;

/**
 * Ends the connections of a server that closes, as soon as no request is at work on them. `server.close()` of Node ends those that
 * are idle at that moment. It waits up to 90 s for a client that has not sent a whole request yet (`headersTimeout`), and as long
 * as `keepAliveTimeout` for one whose request is answered later.
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

  /** Call it when the server begins to close: from now on answers say `Connection: close`. */
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
