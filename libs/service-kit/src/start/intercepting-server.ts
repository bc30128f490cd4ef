import { clientAddress, limitKey } from '@groundwork/rate-limiting';
import { ByteBudget } from '@groundwork/resilience';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { ConnectionCount } from '../connections/connection-count.ts';
import { SerialConnection } from '../connections/serial-connection.ts';
import { SlowReaders } from '../connections/slow-readers.ts';
import { closeWithProblem } from '../problems/close-with-problem.ts';
import { ProblemError } from '../problems/problem.error.ts';

/** Receives every request before Fastify. It answers the request itself, or calls `leaveToFastify` once, at any time. */
export type RequestInterceptor = (
  request: IncomingMessage,
  response: ServerResponse,
  leaveToFastify: () => void,
) => void;

/** An idle connection takes about 15 KB; a connection with an incomplete head takes up to 32 KB. */
const CONNECTIONS = { total: 4_096, perClient: 1_024 };
/** Within this time a client must read at least 64 KiB, the size of one write. */
const UNREAD_FOR_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const BACKLOG = { totalBytes: 16_777_216, bytesPerKey: 4_194_304 };

/**
 * An HTTP server with an interceptor in front of Fastify, for a hot path that avoids its hooks and parsers. Its memory is
 * bounded for any input: connections are counted, and each has one request at a time. The interceptor may be set after the
 * server is created, because it comes from the container that Nest builds around the server.
 */
export function interceptingServer() {
  let interceptor: RequestInterceptor = (_request, _response, leaveToFastify) => leaveToFastify();
  return {
    intercept(by: RequestInterceptor): void {
      interceptor = by;
    },
    serverFactory(toFastify: (request: IncomingMessage, response: ServerResponse) => void): Server {
      // Node would answer a missing Host with an empty 400. The interceptor answers it with a problem document.
      const server = createServer({ requireHostHeader: false });
      const connections = boundConnections(server);
      const begin = (request: IncomingMessage, response: ServerResponse, leaveToFastify: () => void) => {
        connections.get(request.socket)?.begins(request, response);
        interceptor(request, response, leaveToFastify);
      };
      server.on('request', (request, response) =>
        begin(request, response, () => toFastify(request, response)),
      );
      // Node would request the body at once. The interceptor requests it when needed, or refuses before the client sends it.
      server.on('checkContinue', (request, response) => {
        begin(request, response, () => {
          response.writeContinue();
          toFastify(request, response);
        });
      });
      // RFC 9110 §10.1.1: any other expectation may be ignored. Node would answer with an empty 417.
      server.on('checkExpectation', (request, response) => server.emit('request', request, response));
      server.on('connect', (_request, socket) => closeWithProblem(socket as Socket, noTunnels()));
      server.keepAliveTimeout = 72_000;
      return server;
    },
  };
}

function boundConnections(server: Server): ReadonlyMap<Socket, SerialConnection> {
  const connections = new Map<Socket, SerialConnection>();
  const count = new ConnectionCount(CONNECTIONS);
  const backlog = new ByteBudget(BACKLOG);
  const slowReaders = new SlowReaders({ longestMs: UNREAD_FOR_MS });
  // Without this, Node drops the answer to a client that sends FIN after its request.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('connection', (socket) => {
    const client = limitKey(clientAddress(socket));
    const isAdmitted = count.opened(client);
    connections.set(socket, new SerialConnection(socket, backlog, client));
    socket.once('close', () => {
      connections.delete(socket);
      slowReaders.closed(socket);
      if (isAdmitted) count.closed(client);
    });
    if (!isAdmitted) closeWithProblem(socket, tooManyConnections());
  });
  const looking = setInterval(() => slowReaders.look(connections.keys()), LOOK_EVERY_MS);
  looking.unref();
  server.once('close', () => clearInterval(looking));
  return connections;
}

const tooManyConnections = () =>
  new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: 'There are too many open connections, in total or from this address: try again later.',
    headers: { 'retry-after': '1' },
  });

const noTunnels = () =>
  new ProblemError({
    status: 501,
    code: 'not-implemented',
    detail: 'CONNECT asks for a tunnel, which this server does not provide.',
  });
