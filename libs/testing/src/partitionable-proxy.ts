import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PartitionableProxy {
  readonly url: string;
  /** From now on nothing comes through in either direction, and nobody is told: connections stay open, new ones open. */
  partition(): void;
  heal(): void;
  /** From now on the server hears everything and nothing comes back, until it is healed. */
  loseAnswers(): void;
  /** Loses the connections there are, silently and for good, as a failed-over firewall does; new ones work. */
  strand(): void;
  stop(): Promise<void>;
}

/** A network between a service and the server of `url` that can be cut as real ones are: silently. */
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
