import { type IncomingMessage } from 'node:http';

/** The largest body that is held in memory so that it can be sent again. */
export const MAX_HELD_BYTES = 65_536;

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Only a declared length is held: whether a chunked body is small is known too late. */
export function isSmallEnoughToHold({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined && Number(headers['content-length']) <= MAX_HELD_BYTES;
}

/** The whole body. Rejects if the client goes away before its end. */
export function holdBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => reject(new Error('the client went away in the middle of its body')));
  });
}
