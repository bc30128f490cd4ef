import { createServer } from 'node:net';

/**
 * Below the ports that Linux (32768) and macOS (49152) hand to outgoing connections: a server that is down for a moment
 * must not find its port taken by somebody's connection when it comes back.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

const handedOut = new Set<number>();

/** A loopback port nobody listens on, never the same one twice in this process. Another process may still take it first. */
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
