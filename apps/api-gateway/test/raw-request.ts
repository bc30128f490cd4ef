import { connect } from 'node:net';

/** Sends bytes as they are and answers everything that came back until the other side closed, or said nothing more. */
export function rawRequest(port: number, bytes: string, { quietMs = 300 } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.setEncoding('latin1');
    // Silence only begins to count with the answer.
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
