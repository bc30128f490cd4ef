import { createServer } from 'node:net';

/**
 * Below the ports that Linux (32768) and macOS (49152) use for outgoing connections. Otherwise an outgoing connection could
 * take the port of a server while it restarts.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

const handedOut = new Set<number>();

/**
 * Returns a loopback port on which no program listens, and never the same port twice in this process. Another process may
 * still take it first.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
}

export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
