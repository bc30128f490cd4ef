import { type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Target } from './target.ts';

const EVERY_MS = 10;

/** Opens connections at a steady rate, to all targets in turn, up to a maximum; closes them at the end of the attack. */
export async function openSteadily(
  targets: readonly Target[],
  signal: AbortSignal,
  { perSecond, most, open }: { perSecond: number; most: number; open: (target: Target) => Socket },
): Promise<void> {
  const sockets = new Set<Socket>();
  for (let opened = 0; !signal.aborted;) {
    for (let n = 0; n < (perSecond * EVERY_MS) / 1_000 && sockets.size < most; n += 1, opened += 1) {
      const socket = open(targets[opened % targets.length] as Target);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    await pause(EVERY_MS);
  }
  for (const socket of sockets) socket.destroy();
}
