import { exchange } from '../exchange.ts';

const PROTOCOL_3 = 196_608;

/**
 * Does the same as `pg_isready`: sends a start-up message and checks the first answer. An authentication request (R) means
 * that the server accepts connections; an error means that it starts up, shuts down or is full.
 */
export async function isPostgresReady(
  port: number,
  { user = 'postgres', database = 'postgres', host = '127.0.0.1' } = {},
): Promise<boolean> {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const header = Buffer.alloc(8);
  header.writeInt32BE(8 + parameters.length, 0);
  header.writeInt32BE(PROTOCOL_3, 4);
  const answer = await exchange(
    port,
    Buffer.concat([header, parameters]),
    (received) => received.length > 0,
    { host },
  );
  return answer.toString('latin1', 0, 1) === 'R';
}
