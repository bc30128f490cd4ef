import { SagaLeaseLostError } from './saga-lease-lost.error.ts';
import {
  type NewSaga,
  type SagaLog,
  type SagaRecord,
  type UnfinishedSaga,
  type UnfinishedSagaState,
} from './saga-log.ts';
import { type SagaKey } from './saga.ts';

interface Entry {
  readonly record: SagaRecord;
  readonly begunAtMs: number;
  readonly leasedUntilMs: number;
}

/** A log in memory, for tests and examples. Its content is lost when the process ends. */
export class MemorySagaLog implements SagaLog {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly now: () => number = Date.now) {}

  begin(saga: NewSaga, leaseMs: number): Promise<{ record: SagaRecord; begun: boolean }> {
    const known = this.entries.get(nameOf(saga));
    if (known !== undefined) return Promise.resolve({ record: known.record, begun: false });
    const { slot, id, saga: name, context } = saga;
    const record: SagaRecord = {
      ...{ slot, id, saga: name, context: copyOf(context) },
      ...{ state: 'running', step: 0, attempts: 0, failure: undefined, lease: 1 },
    };
    this.store(record, leaseMs);
    return Promise.resolve({ record, begun: true });
  }

  save(record: SagaRecord, leaseMs: number): Promise<void> {
    if (this.entries.get(nameOf(record))?.record.lease !== record.lease) {
      return Promise.reject(new SagaLeaseLostError(record.id));
    }
    this.store({ ...record, context: copyOf(record.context) }, leaseMs);
    return Promise.resolve();
  }

  find(key: SagaKey): Promise<SagaRecord | undefined> {
    return Promise.resolve(this.entries.get(nameOf(key))?.record);
  }

  takeAbandoned(limit: number, leaseMs: number): Promise<readonly SagaRecord[]> {
    const taken = [...this.entries.values()]
      .filter(({ record, leasedUntilMs }) => isUnfinished(record) && leasedUntilMs <= this.now())
      .sort((one, other) => one.leasedUntilMs - other.leasedUntilMs)
      .slice(0, limit)
      .map(({ record }) => ({ ...record, lease: record.lease + 1 }));
    for (const record of taken) this.store(record, leaseMs);
    return Promise.resolve(taken);
  }

  unfinished(olderThanMs: number, limit: number): Promise<readonly UnfinishedSaga[]> {
    const found = [...this.entries.values()]
      .filter(({ begunAtMs }) => begunAtMs <= this.now() - olderThanMs)
      .sort((one, other) => one.begunAtMs - other.begunAtMs)
      .flatMap(({ record, begunAtMs }) => {
        if (!isUnfinished(record)) return [];
        const { slot, id, saga, state, step } = record;
        return [{ slot, id, saga, state, step, begunAt: new Date(begunAtMs) }];
      })
      .slice(0, limit);
    return Promise.resolve(found);
  }

  forgetEnded(olderThanMs: number, limit: number): Promise<number> {
    const ended = [...this.entries.values()]
      .filter(
        ({ record, leasedUntilMs }) => !isUnfinished(record) && leasedUntilMs <= this.now() - olderThanMs,
      )
      .slice(0, limit);
    for (const { record } of ended) this.entries.delete(nameOf(record));
    return Promise.resolve(ended.length);
  }

  private store(record: SagaRecord, leaseMs: number): void {
    const now = this.now();
    const begunAtMs = this.entries.get(nameOf(record))?.begunAtMs ?? now;
    this.entries.set(nameOf(record), { record, begunAtMs, leasedUntilMs: now + leaseMs });
  }
}

function nameOf({ slot, id }: SagaKey): string {
  return `${slot} ${id}`;
}

function isUnfinished(record: SagaRecord): record is SagaRecord & { readonly state: UnfinishedSagaState } {
  return record.state === 'running' || record.state === 'compensating';
}

function copyOf(context: object): object {
  return JSON.parse(JSON.stringify(context)) as object;
}
