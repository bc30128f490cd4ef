import { connect } from 'node:net';

export interface RawRequestOptions {
  readonly host?: string;
  /** How long the server may be silent after its first byte. */
  readonly quietMs?: number;
}

/**
 * Sends raw bytes over a connection of its own. Resolves with all received bytes, as Latin-1 text, when the server has closed
 * the connection or has been silent.
 */
export function rawRequest(
  port: number,
  bytes: string,
  { host = '127.0.0.1', quietMs = 300 }: RawRequestOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, host, () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.setEncoding('latin1');
    // The silence counts only from the first byte of the response.
    socket.on('data', (chunk: string) => {
      received += chunk;
      socket.setTimeout(quietMs, () => socket.destroy());
    });
    socket.on('error', (error) => (received === '' ? reject(error) : socket.destroy()));
    socket.on('close', () => resolve(received));
  });
}

/** Returns the statuses of all HTTP/1 responses in the received bytes. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
}
