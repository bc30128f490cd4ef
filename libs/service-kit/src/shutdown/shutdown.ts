import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../logging/logger.ts';

/** In order: each part stops after its sources, and pools close after all their users. */
export const SHUTDOWN_PHASES = ['stop-accepting', 'drain-consumers', 'flush', 'close-pools'] as const;
export type ShutdownPhase = (typeof SHUTDOWN_PHASES)[number];

interface Step {
  readonly name: string;
  readonly work: () => Promise<void>;
}

/**
 * Shuts an instance down in order. The steps of a phase run concurrently. A phase starts when the previous one has ended,
 * even if a step failed. A second call of `run` awaits the first run.
 */
@Injectable()
export class Shutdown {
  private readonly steps = new Map<ShutdownPhase, Step[]>();
  private running: Promise<boolean> | undefined;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  on(phase: ShutdownPhase, name: string, work: () => Promise<void>): void {
    this.steps.set(phase, [...(this.steps.get(phase) ?? []), { name, work }]);
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** @returns whether every step succeeded */
  run(): Promise<boolean> {
    this.running ??= this.runPhases();
    return this.running;
  }

  private async runPhases(): Promise<boolean> {
    let clean = true;
    for (const phase of SHUTDOWN_PHASES) {
      const results = await Promise.all(
        (this.steps.get(phase) ?? []).map((step) => this.runStep(phase, step)),
      );
      clean &&= results.every(Boolean);
    }
    return clean;
  }

  private async runStep(phase: ShutdownPhase, { name, work }: Step): Promise<boolean> {
    try {
      await work();
      this.logger.debug({ phase, step: name }, 'shutdown step done');
      return true;
    } catch (error) {
      this.logger.error({ err: error, phase, step: name }, 'shutdown step failed; the shutdown continues');
      return false;
    }
  }
}
