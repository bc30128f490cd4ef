import { connect, type Socket } from 'node:net';

/** Where a gateway listens. Attacks go to this machine only. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export function targetOf(gateway: string): Target {
  const { hostname, port } = new URL(gateway);
  if (hostname !== '127.0.0.1') throw new Error(`expected a gateway on 127.0.0.1, got ${gateway}`);
  return { host: hostname, port: Number(port) };
}

/** A connection that is written to and, unless `isRead`, not read. */
export function openConnection({ host, port }: Target, bytes: string | Buffer, isRead = false): Socket {
  const socket = connect({ host, port });
  if (isRead) socket.resume();
  else socket.pause();
  // The gateway may end it at any time: that is what it is for.
  socket.on('error', () => socket.destroy()).write(bytes);
  return socket;
}
