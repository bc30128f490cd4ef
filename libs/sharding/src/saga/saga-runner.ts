import { setTimeout as delay } from 'node:timers/promises';
import { SagaLeaseLostError } from './saga-lease-lost.error.ts';
import { type NewSaga, type SagaFailure, type SagaLog, type SagaRecord } from './saga-log.ts';
import { type AnySaga, type Saga } from './saga.ts';
import { UnknownSagaError } from './unknown-saga.error.ts';

export interface SagaRunnerOptions {
  readonly log: SagaLog;
  readonly sagas: readonly AnySaga[];
  /** Other runners leave a saga alone for this long while its runner is silent. Longer than any step. Default: 30 s. */
  readonly leaseMs?: number;
  /** Attempts of a step before the saga is compensated, or deferred if it must not be compensated. Default: 5. */
  readonly maxAttempts?: number;
  /** Wait before the n-th retry, n from 1. Default: 50 ms, doubling, at most 2 s. */
  readonly backoffMs?: (attempts: number) => number;
  /** How long a saga is deferred that can currently neither continue nor be compensated. Default: 5 s. */
  readonly asideMs?: number;
  /** Receives every failed attempt. Must not throw. */
  readonly onFailure?: (record: SagaRecord, step: string, error: unknown) => void;
}

/** Runs sagas step by step, and records each step before it starts the next. Safe to use concurrently. */
export class SagaRunner {
  private readonly log: SagaLog;
  private readonly sagas: ReadonlyMap<string, Saga<object>>;
  private readonly options: Required<Omit<SagaRunnerOptions, 'log' | 'sagas'>>;

  constructor({ log, sagas, ...options }: SagaRunnerOptions) {
    this.log = log;
    this.sagas = new Map(sagas.map((saga) => [saga.name, saga as unknown as Saga<object>]));
    this.options = {
      leaseMs: 30_000,
      maxAttempts: 5,
      backoffMs: (attempts) => Math.min(50 * 2 ** (attempts - 1), 2_000),
      asideMs: 5_000,
      onFailure: () => undefined,
      ...options,
    };
  }

  /**
   * Runs a new saga until it ends or is deferred. If the key already exists, it starts nothing.
   *
   * @returns the progress of the saga, and whether this call started it; a saga that is neither `done` nor `compensated`
   * continues in the background
   */
  async start(saga: NewSaga): Promise<{ readonly record: SagaRecord; readonly begun: boolean }> {
    const { record, begun } = await this.log.begin(saga, this.options.leaseMs);
    return { record: begun ? await this.resume(record) : record, begun };
  }

  /** Resumes a saga that is leased to the caller. */
  async resume(record: SagaRecord): Promise<SagaRecord> {
    const saga = this.sagas.get(record.saga);
    if (saga === undefined) throw new UnknownSagaError(record.saga, record.id);
    let now = record;
    for (;;) {
      const next =
        now.state === 'running' ? await this.stepForward(saga, now) : await this.stepBack(saga, now);
      const isAside = next.attempts >= this.options.maxAttempts;
      await this.log.save(isAside ? { ...next, attempts: 0 } : next, this.leaseAfter(next, isAside));
      if (isAside || next.state === 'done' || next.state === 'compensated') return next;
      if (next.attempts > 0) await delay(this.options.backoffMs(next.attempts));
      now = next;
    }
  }

  /** The lease of a deferred saga expires when the saga is due again. */
  private leaseAfter({ attempts }: SagaRecord, isAside: boolean): number {
    return isAside ? this.options.asideMs : this.options.leaseMs + this.options.backoffMs(attempts + 1);
  }

  private async stepForward(saga: Saga<object>, record: SagaRecord): Promise<SagaRecord> {
    const step = saga.steps[record.step];
    if (step === undefined) return { ...record, state: 'done' };
    try {
      const learnt = await step.run(record.context, record);
      const done = record.step + 1;
      return {
        ...record,
        state: done === saga.steps.length ? 'done' : 'running',
        step: done,
        context: { ...record.context, ...learnt },
        attempts: 0,
      };
    } catch (error) {
      const attempts = record.attempts + 1;
      this.fail(record, step.name, error);
      const mayReturn = !saga.steps.slice(0, record.step).some(({ isPivot }) => isPivot === true);
      const isFinal = !isRetryable(error) || attempts >= this.options.maxAttempts;
      // The failed step is compensated too, because it may have had a part of its effect.
      return isFinal && mayReturn
        ? { ...record, state: 'compensating', step: record.step + 1, attempts: 0, failure: failureOf(error) }
        : { ...record, attempts: isRetryable(error) ? attempts : this.options.maxAttempts };
    }
  }

  private async stepBack(saga: Saga<object>, record: SagaRecord): Promise<SagaRecord> {
    const step = saga.steps[record.step - 1];
    if (step === undefined) return { ...record, state: 'compensated' };
    try {
      await step.compensate?.(record.context, record);
      const left = record.step - 1;
      return { ...record, state: left === 0 ? 'compensated' : 'compensating', step: left, attempts: 0 };
    } catch (error) {
      this.fail(record, step.name, error);
      return { ...record, attempts: record.attempts + 1 };
    }
  }

  private fail(record: SagaRecord, step: string, error: unknown): void {
    if (error instanceof SagaLeaseLostError) throw error;
    this.options.onFailure(record, step, error);
  }
}

function isRetryable(error: unknown): boolean {
  return (error as { retryable?: unknown } | undefined)?.retryable === true;
}

function failureOf(error: unknown): SagaFailure {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : 'internal', message: String(message ?? error) };
}
