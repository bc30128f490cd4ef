import { setTimeout as delay } from 'node:timers/promises';
import { type SagaLog } from './saga-log.ts';
import { type SagaRunner } from './saga-runner.ts';

export interface SagaRecoveryOptions {
  readonly log: SagaLog;
  readonly runner: Pick<SagaRunner, 'resume'>;
  /** How often to look for abandoned sagas. Default: 1 s. */
  readonly everyMs?: number;
  /** Sagas taken at once. Default: 10. */
  readonly limit?: number;
  /** How long one that was taken is nobody else's. Default: 30 s. */
  readonly leaseMs?: number;
  /** Told what went wrong; must not throw. */
  readonly onError: (error: unknown) => void;
}

/** Goes on with sagas whose runner has died, or that were put aside. Every instance runs one; none takes another's. */
export class SagaRecovery {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: SagaRecoveryOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for the sagas at hand, up to their next end. Idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One look. @returns how many sagas it has gone on with */
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
