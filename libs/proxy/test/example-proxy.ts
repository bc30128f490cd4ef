import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import {
  checkFraming,
  Cluster,
  DEFAULT_RETRIES,
  forwardedFields,
  Forwarding,
  type ForwardingSettings,
  ProxyProblem,
} from '@groundwork/proxy';
import { ByteBudget } from '@groundwork/resilience';

const SETTINGS: ForwardingSettings = {
  timeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  maxBodyBytes: 1_048_576,
  maxHeldBytes: 65_536,
  heldWithinMs: 5_000,
  retries: DEFAULT_RETRIES,
};

/** Starts a proxy on a free port. Each address behind the URL is an endpoint. */
export async function startProxy(url: string): Promise<{ port: number; close(): Promise<void> }> {
  const cluster = new Cluster({ name: 'things', urls: [new URL(url)] });
  const heldBodies = new ByteBudget({ totalBytes: 33_554_432, bytesPerKey: 4_194_304 });
  await cluster.start();

  const forward = (request: IncomingMessage, response: ServerResponse) => {
    const { path, query } = checkFraming(request);
    const client = request.socket.remoteAddress ?? 'unknown';
    const requestId = crypto.randomUUID();
    const origin = { clientAddress: client, protocol: 'http', requestId } as const;
    const fields = forwardedFields(request, origin, { pseudonym: 'example' });
    const ownFields = { 'x-request-id': requestId };
    const answerProblem = (problem: ProxyProblem) => answer(response, problem);
    const target = path + query;
    const exchange = { request, response, target, cluster, heldBodies, client, fields, ownFields };
    new Forwarding({ ...exchange, settings: SETTINGS, answerProblem }).start();
  };
  // Node would answer a missing Host, an Expect and bad syntax itself, with an empty response.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    try {
      forward(request, response);
    } catch (error) {
      answer(response, error);
    }
  });
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Headers Too Large' : '400 Bad Request';
    const body = 'Connection: close\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}';
    // A second response would be read as part of the first.
    if (!socket.writable || socket.bytesWritten > 0) socket.destroy();
    else socket.end(`HTTP/1.1 ${status}\r\n${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await cluster.close();
    },
  };
}

function answer(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { status, code, detail, headers } =
    error instanceof ProxyProblem ? error : { status: 500, code: 'internal', detail: '', headers: {} };
  response.writeHead(status, { ...headers, 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ status, code, detail }));
}
