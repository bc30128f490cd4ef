import { connect } from 'node:net';

/**
 * Sends one request over a new connection to a loopback port. Resolves with everything received as soon as `isComplete`
 * returns true. Rejects when the connection fails, closes early or stays silent for `timeoutMs`.
 */
export function exchange(
  port: number,
  question: Buffer,
  isComplete: (received: Buffer) => boolean,
  { host = '127.0.0.1', timeoutMs = 2_000 } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    let received: Buffer = Buffer.alloc(0);
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(new Error(`port ${port} stayed silent for ${timeoutMs} ms`)),
    );
    socket.on('connect', () => socket.write(question));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!isComplete(received)) return;
      resolve(received);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`port ${port} closed the connection`)));
  });
}
