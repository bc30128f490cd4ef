import { setTimeout as delay } from 'node:timers/promises';
import { type SagaLog } from './saga-log.ts';
import { type SagaRunner } from './saga-runner.ts';

export interface SagaRecoveryOptions {
  readonly log: SagaLog;
  readonly runner: Pick<SagaRunner, 'resume'>;
  /** Interval between checks for abandoned sagas. Default: 1 s. */
  readonly everyMs?: number;
  /** Most sagas that a round takes. Default: 10. */
  readonly limit?: number;
  /** Lease of a saga that a round takes. Default: 30 s. */
  readonly leaseMs?: number;
  /** Receives each error. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** Resumes sagas whose runner has died, and deferred sagas. Every instance runs one recovery; leases keep them apart. */
export class SagaRecovery {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: SagaRecoveryOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Waits until each current saga ends or is deferred. Idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Runs one round. @returns the number of sagas that it resumed */
  async recover(): Promise<number> {
    const { log, runner, limit = 10, leaseMs = 30_000, onError } = this.options;
    const taken = await log.takeAbandoned(limit, leaseMs);
    await Promise.all(taken.map((record) => runner.resume(record).catch(onError)));
    return taken.length;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const recovered = await this.recover().catch((error: unknown) => {
        this.options.onError(error);
        return 0;
      });
      if (recovered > 0) continue;
      await delay(this.options.everyMs ?? 1_000, undefined, { signal }).catch(() => undefined);
    }
  }
}
