import { sizeOf } from '../src/write-behind/appender.ts';
import {
  type AppendAnswer,
  type LogEntry,
  type LogIdentity,
  type LogLimits,
  type LogState,
  type Pending,
  type Seen,
  type Write,
  type WriteLog,
} from '../src/write-behind/write-log.ts';

/** A log without a server, for several processes of one test. The test can restart it, with or without its last entries. */
export class MemoryWriteLog implements WriteLog {
  #entries: LogEntry[] = [];
  #last = 0;
  #settled = 0;
  #floor = 0;
  #log = 'log-1';
  #logs = 1;
  #server = 1;
  #admitted: number | undefined;
  #recent = new Map<string, number>();
  readonly #wakes = new Set<() => void>();

  restart({ loseLast = 0 } = {}): void {
    this.#server += 1;
    for (let lost = 0; lost < loseLast && this.#entries.length > 0; lost += 1) {
      this.#entries.pop();
      this.#last -= 1;
    }
  }

  /** An empty server takes the place of this one. */
  replace(): void {
    this.restart();
    this.#logs += 1;
    this.#log = `log-${this.#logs}`;
    [this.#entries, this.#last, this.#settled, this.#floor] = [[], 0, 0, 0];
    this.#recent.clear();
    this.#admitted = undefined;
  }

  async append(write: Write, { maxEntries, maxBytes }: LogLimits, seen?: Seen): Promise<AppendAnswer> {
    if (this.#admitted !== this.#server) return { outcome: 'not-admitted' };
    const { collection, key, idempotencyKey } = write;
    const token =
      idempotencyKey === undefined ? undefined : JSON.stringify([collection, key, idempotencyKey]);
    const known = token === undefined ? undefined : this.#recent.get(token);
    if (known !== undefined) return { outcome: 'appended', position: known };
    if (this.#entries.length >= maxEntries || this.#state.bytes + sizeOf(write) > maxBytes)
      return { outcome: 'full' };
    const { position } = this.#pending(collection, key);
    const isSame = position === seen?.position && (position > 0 || this.#settled === seen.settled);
    if (seen !== undefined && !isSame) return { outcome: 'changed' };
    this.#last += 1;
    this.#entries.push({ ...write, position: this.#last });
    if (token !== undefined) this.#recent.set(token, this.#last);
    if (this.#entries.length === 1) this.#wakeAll();
    return { outcome: 'appended', position: this.#last };
  }

  async pending(collection: string, key: string): Promise<Pending> {
    return this.#pending(collection, key);
  }

  #pending(collection: string, key: string): Pending {
    const own = this.#entries.filter((entry) => entry.collection === collection && entry.key === key);
    const { position = 0, change } = own.at(-1) ?? {};
    const sum = own.reduce(
      (total, entry) => total + (entry.change.op === 'add' ? entry.change.amount : 0),
      0,
    );
    return {
      settled: this.#settled,
      position,
      sum,
      change: change?.op === 'add' ? undefined : change,
      floor: this.#floor,
    };
  }

  async read(after: number, limit: number): Promise<{ entries: LogEntry[]; state: LogState }> {
    const entries = this.#entries.filter(({ position }) => position > after).slice(0, limit);
    return { entries, state: this.#state };
  }

  async settle(log: string, through: number, areForgotten: boolean): Promise<void> {
    if (log !== this.#log || through <= this.#settled) return;
    if (!areForgotten) this.#floor = through;
    this.#entries = this.#entries.filter(({ position }) => position > through);
    this.#settled = through;
    this.#last = Math.max(this.#last, through);
    this.#wakeAll();
  }

  async identify(): Promise<LogIdentity> {
    return { log: this.#log, isNew: this.#admitted === undefined, server: String(this.#server) };
  }

  async admit({ log, server }: LogIdentity, stored: number): Promise<LogState | undefined> {
    if (log !== this.#log || server !== String(this.#server)) return undefined;
    const before = this.#state;
    this.#last = Math.max(this.#last, stored);
    this.#admitted = this.#server;
    return before;
  }

  onChange(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  get #state(): LogState {
    const bytes = this.#entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    return { log: this.#log, last: this.#last, settled: this.#settled, entries: this.#entries.length, bytes };
  }

  #wakeAll(): void {
    this.#wakes.forEach((wake) => wake());
  }
}
