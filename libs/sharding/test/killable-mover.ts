import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawnProgram } from '@groundwork/testing';
import { type MoverStep } from '../src/resharding/mover-steps.ts';

/** A mover in a separate process that is killed at a step. Unless `isLast` is set, a second mover then runs to the end. */
export class KillableMover {
  /** Whether the first mover was killed at its step. */
  wasKilled = false;
  private readonly running: Promise<void>;
  private child: ChildProcess | undefined;
  private stopping = false;

  constructor(
    private readonly directoryUrl: string,
    killAt: MoverStep | undefined,
    private readonly options: { readonly isLast?: boolean } = {},
  ) {
    this.running = this.run(killAt);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.child?.kill('SIGTERM');
    await this.running;
  }

  private async run(killAt: MoverStep | undefined): Promise<void> {
    while (!this.stopping) {
      const signal = await this.live(this.wasKilled ? undefined : killAt);
      if (signal !== 'SIGKILL') continue;
      this.wasKilled = true;
      if (this.options.isLast === true) return;
    }
  }

  private async live(killAt: MoverStep | undefined): Promise<NodeJS.Signals | null> {
    const { child, ended } = spawnMover(this.directoryUrl, killAt);
    this.child = child;
    return ended;
  }
}

/**
 * Starts a mover in a separate process that sends itself a signal at a step. `ended` resolves with the signal that ended it.
 */
export function spawnMover(
  directoryUrl: string,
  killAt?: MoverStep,
  signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL',
): { readonly child: ChildProcess; readonly ended: Promise<NodeJS.Signals | null> } {
  const child = spawnProgram(new URL('mover.process.ts', import.meta.url), [directoryUrl], {
    environment: { MOVER_KILL_AT: killAt ?? '', MOVER_SIGNAL: signal },
    stdout: 'ignore',
  });
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  return { child, ended };
}
