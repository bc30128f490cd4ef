import { connect } from 'node:net';

/** Sends raw bytes. Resolves with everything that was received until the server closed or stayed silent for `quietMs`. */
export function rawRequest(port: number, bytes: string, { quietMs = 300 } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
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

export const statusesOf = (received: string): number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
