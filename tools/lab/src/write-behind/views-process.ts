import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { spawnProgram } from '@groundwork/testing';
import { type Servers, type Version } from './writer.ts';

const PROGRAM = new URL('views.process.ts', import.meta.url);

/** A process that counts views, seen from its parent. */
export class ViewsProcess {
  private readonly child: ChildProcess;
  private readonly printed: Promise<string>;
  private readonly ended: Promise<unknown[]>;

  /** @param from the number of its first view */
  constructor(version: Version, { redisUrl, databaseUrl }: Servers, run: string, from: number) {
    const args = [version, redisUrl, databaseUrl, run, String(from)];
    this.child = spawnProgram(PROGRAM, args, { stdout: 'pipe' });
    this.printed = text(this.child.stdout!);
    this.ended = once(this.child, 'close');
  }

  /** Waits until the first view is acknowledged. */
  async untilItCounts(): Promise<void> {
    const hasEnded = this.ended.then(() => {
      throw new Error('a process that counts views ended too early; its output is above');
    });
    await Promise.race([once(this.child.stdout!, 'data'), hasEnded]);
  }

  /** Ends the process. Returns how many views it had acknowledged. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    this.child.kill(signal);
    const [code, endedBy] = await this.ended;
    const isAsWanted = signal === 'SIGKILL' ? endedBy === 'SIGKILL' : code === 0;
    if (!isAsWanted) throw new Error(`a process that counts views ended with ${String(code ?? endedBy)}`);
    return (await this.printed).split('\n').length - 1;
  }
}
