import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface TestUpstream {
  readonly url: string;
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Cuts every connection and stops listening, as a killed process does. */
  kill(): Promise<void>;
  /** Listens again on the same port. */
  revive(): Promise<void>;
}

/** Starts a real HTTP server behind the gateway. Without a handler it echoes each request as JSON. */
export async function startUpstream(handler: RequestListener = echo): Promise<TestUpstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    kill: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    revive: () => listen(port),
  };
}

export interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  rawHeaders: string[];
  body: string;
}

const echo: RequestListener = (request, response) => {
  const { method, url, headers, rawHeaders } = request;
  const answer = (body: Buffer) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, rawHeaders, body: body.toString() }));
  };
  // A request that was cut off gets no answer.
  buffer(request).then(answer, () => undefined);
};

/** Returns the URL of a loopback port that refuses connections. */
export async function refusingUrl(): Promise<string> {
  const upstream = await startUpstream();
  await upstream.kill();
  return upstream.url;
}
