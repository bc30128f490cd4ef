import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '@groundwork/dlq';
import { type Logger } from '@groundwork/service-kit';

/** Runs work in a loop until it is stopped. A failure is logged and retried with backoff. */
export class Repeating {
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff({ firstMs: 200, factor: 2, maxMs: 10_000, jitter: 0.3 });
  private running: Promise<void> | undefined;
  private failures = 0;

  constructor(
    private readonly name: string,
    private readonly logger: Logger,
    /** @returns how many ms to wait before the next round */
    private readonly work: () => Promise<number>,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Stops the loop after the current round. Idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const ms = await this.workOnce();
      if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
    }
  }

  private async workOnce(): Promise<number> {
    try {
      const ms = await this.work();
      this.failures = 0;
      return ms;
    } catch (err) {
      this.failures += 1;
      const delayMs = this.backoff.delayMs(this.failures);
      this.logger.warn(
        { err, work: this.name, delayMs },
        'background work failed; it is retried after delayMs',
      );
      return delayMs;
    }
  }
}
