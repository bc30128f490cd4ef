import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST */
const CANCEL_REQUEST_CODE = 80_877_102;

export interface LateCancelProxy {
  readonly url: string;
  /** Number of cancel requests that the proxy holds back. */
  readonly kept: number;
  /** Delivers one held-back request to the server; resolves when the server has processed it. */
  deliver(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy for the server of `url` that accepts cancel requests and holds them back, like a busy postmaster. */
export async function startLateCancelProxy(url: string): Promise<LateCancelProxy> {
  const target = new URL(url);
  const kept: Buffer[] = [];
  const reach = () => connect(Number(target.port), target.hostname);
  const server = createServer((inside) => {
    inside.on('error', () => undefined);
    inside.once('data', (first: Buffer) => {
      if (first.length === 16 && first.readInt32BE(4) === CANCEL_REQUEST_CODE) {
        kept.push(first);
        inside.resume();
        return;
      }
      const outside = reach();
      outside.on('error', () => inside.destroy());
      inside.on('close', () => outside.destroy());
      outside.write(first);
      inside.pipe(outside).pipe(inside);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own.href,
    get kept() {
      return kept.length;
    },
    deliver: async () => {
      const socket = reach();
      socket.write(kept[0] as Buffer);
      socket.resume();
      await once(socket, 'close');
    },
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
