import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PartitionableProxy {
  readonly url: string;
  /** Blocks both directions until `heal`, without an error on either side: connections stay open, and new ones can open. */
  partition(): void;
  /** Resumes the traffic of all connections. */
  heal(): void;
  /** On the current connections, the server receives all bytes but its answers are blocked until `heal`. */
  loseAnswers(): void;
  /** Blocks the current connections silently, as a failed-over firewall does. New connections work. */
  strand(): void;
  stop(): Promise<void>;
}

/** Starts a proxy between a service and the server of `url`. It can block traffic silently, as a real network does. */
export async function startPartitionableProxy(url: string): Promise<PartitionableProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const answering = new Set<Socket>();
  let isCut = false;

  const server = createServer((inside) => {
    const outside = connect(Number(target.port), target.hostname);
    const ends = [inside, outside] as const;
    answering.add(outside);
    outside.on('close', () => answering.delete(outside));
    for (const [from, to] of [ends, ends.toReversed() as unknown as typeof ends]) {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => to.write(bytes));
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isCut) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const own = new URL(url);
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own.href,
    partition: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    strand: () => {
      for (const socket of sockets) socket.pause();
    },
    loseAnswers: () => {
      for (const socket of answering) socket.pause();
    },
    heal: () => {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
