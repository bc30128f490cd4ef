import { coalesce } from '../src/write-behind/coalesce.ts';
import { ForeignLog, InvalidWrite } from '../src/write-behind/errors.ts';
import { type LogEntry, type Write } from '../src/write-behind/write-log.ts';
import {
  type ApplyAnswer,
  type RefusedWrite,
  type Stored,
  type WriteStore,
} from '../src/write-behind/write-store.ts';

type Row = Pick<Stored, 'value' | 'version'>;

/** A store without a server. It refuses keys that begin with `poison`. `counters` are named `views…`, all others are documents. */
export class MemoryWriteStore implements WriteStore {
  readonly #rows = new Map<string, Row>();
  readonly #seen = new Set<string>();
  readonly refused: RefusedWrite[] = [];
  /** Number of applied batches. */
  batches = 0;
  #position = 0;
  #log: string | undefined;

  async position(): Promise<number> {
    return this.#position;
  }

  validate({ collection, change }: Write): void {
    const isCounter = collection.startsWith('views');
    if (isCounter !== (change.op === 'add'))
      throw new InvalidWrite(`${collection}: another kind of collection`);
  }

  async bind(log: string, isNew: boolean): Promise<number> {
    if (this.#log !== undefined && this.#log !== log && !isNew) throw new ForeignLog(this.#log);
    this.#log = log;
    return this.#position;
  }

  async apply(log: string, after: number, entries: readonly LogEntry[]): Promise<ApplyAnswer> {
    if (this.#position !== after || this.#log !== log) return { outcome: 'moved', position: this.#position };
    const fresh = entries.filter(({ collection, key, idempotencyKey }) => {
      if (idempotencyKey === undefined) return true;
      const name = JSON.stringify([collection, key, idempotencyKey]);
      return !this.#seen.has(name) && this.#seen.add(name);
    });
    const refused = coalesce(fresh).flatMap((entry) => this.#store(entry));
    this.refused.push(...refused);
    this.batches += 1;
    this.#position = entries.at(-1)?.position ?? after;
    const repeated = entries.length - fresh.length;
    return { outcome: 'applied', through: this.#position, refused, superseded: 0, repeated };
  }

  async read(collection: string, key: string): Promise<Stored> {
    return { position: this.#position, ...this.#row(collection, key) };
  }

  async skip(from: number, to: number): Promise<void> {
    if (this.#position === from) this.#position = to;
  }

  /** Goes back to an older state, as a restored backup does. */
  restore(position: number): void {
    this.#position = position;
  }

  #row(collection: string, key: string): Row {
    const empty = { value: collection.startsWith('views') ? 0 : undefined, version: 0 };
    return this.#rows.get(`${collection} ${key}`) ?? empty;
  }

  #store(entry: LogEntry): RefusedWrite[] {
    const { collection, key, change, position } = entry;
    if (key.startsWith('poison')) return [{ entry, error: new Error('refused') }];
    const name = `${collection} ${key}`;
    if (change.op === 'delete') this.#rows.delete(name);
    else if (change.op === 'put')
      this.#rows.set(name, { value: JSON.parse(change.json) as unknown, version: position });
    else
      this.#rows.set(name, {
        value: (this.#row(collection, key).value as number) + change.amount,
        version: 0,
      });
    return [];
  }
}
