import { connect, type Socket } from 'node:net';

/** The address of a gateway. Attacks go only to this machine. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export function targetOf(gateway: string): Target {
  const { hostname, port } = new URL(gateway);
  if (hostname !== '127.0.0.1') throw new Error(`expected a gateway on 127.0.0.1, got ${gateway}`);
  return { host: hostname, port: Number(port) };
}

/** Opens a connection and writes to it. Reads from it only if `isRead` is set. */
export function openConnection({ host, port }: Target, bytes: string | Buffer, isRead = false): Socket {
  const socket = connect({ host, port });
  if (isRead) socket.resume();
  else socket.pause();
  // The gateway may close the connection at any time, as it should.
  socket.on('error', () => socket.destroy()).write(bytes);
  return socket;
}
