import { exchange } from '../exchange.ts';

/** Returns whether a Redis answers PING with PONG (while it loads its data it answers -LOADING). */
export async function isRedisReady(port: number): Promise<boolean> {
  const answer = await exchange(port, Buffer.from('PING\r\n'), (received) => received.includes('\r\n'));
  return answer.toString().startsWith('+PONG');
}
