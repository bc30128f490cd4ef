import { exchange } from '../exchange.ts';

const HEADER_BYTES = 14; // size, API key, version, correlation id, (absent) client id

/**
 * Sends one request with the old, untagged header. Resolves with the body of the answer, after its size and correlation id.
 */
export async function kafkaRequest(
  { port, host = '127.0.0.1' }: { port: number; host?: string },
  { apiKey, version }: { apiKey: number; version: number },
  body: Buffer,
): Promise<Buffer> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(HEADER_BYTES - 4 + body.length, 0);
  header.writeInt16BE(apiKey, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(1, 8);
  header.writeInt16BE(-1, 12);
  const isComplete = (received: Buffer) =>
    received.length >= 4 && received.length >= 4 + received.readInt32BE(0);
  const answer = await exchange(port, Buffer.concat([header, body]), isComplete, { host });
  return answer.subarray(8);
}
