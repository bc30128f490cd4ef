import { once } from 'node:events';
import { spawnProgram } from '@groundwork/testing';

const PROGRAM = new URL('cache.process.ts', import.meta.url);

export interface Answer {
  readonly id: string;
  readonly value: number;
  readonly from: string;
  readonly values: readonly number[];
  readonly version: number;
  readonly everywhere: boolean;
  readonly tookMs: number;
  /** When a change had ended, by the clock of the machine. */
  readonly at: number;
  readonly versions: Readonly<Record<number, number>>;
}

export type Command = 'read' | 'herd' | 'change' | 'watch' | 'unwatch' | 'close';

export type CacheProcess = Awaited<ReturnType<typeof startProcess>>;

/** Starts a process with a cache, and returns how to command it. */
export async function startProcess(url: string, sourceUrl: string) {
  const child = spawnProgram(PROGRAM, [url, sourceUrl], { messages: true });
  const waiting = new Map<string, (answer: Answer) => void>();
  child.on('message', (answer) => waiting.get((answer as Answer).id)?.(answer as Answer));
  await new Promise<void>((resolve) => waiting.set('ready', () => resolve()));
  let sent = 0;
  const ask = (command: Command, key = '', count = 0) =>
    new Promise<Answer>((resolve) => {
      const id = String((sent += 1));
      waiting.set(id, resolve);
      child.send({ id, command, key, count });
    });
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { child, ask, kill };
}
