import { deepFreeze, freezeJson } from '../values/freeze-json.ts';
import { toJson } from '../values/to-json.ts';
import { type AppendOptions } from './appender.ts';
import { type CollectionParts } from './counter-writes.ts';
import { InvalidWrite, VersionConflict, WriteLogUnavailable } from './errors.ts';
import { assertStorable, assertWriteKey } from './valid-write.ts';
import { type Change, type Seen, type Write } from './write-log.ts';

/** A document, and the version in which it is. Versions of a key only grow, also over deletions. */
export interface Versioned<T> {
  /** `undefined`: there is no document. */
  readonly value: T | undefined;
  /** 0 without a document. */
  readonly version: number;
}

export interface PutOptions extends AppendOptions {
  /** Writes only if the document is in this version, or one of these; 0: only if there is none; `existing`: only if there is one. Default: always. */
  readonly ifVersion?: number | readonly number[] | 'existing' | undefined;
}

/** How often a write on a condition is tried while other keys are settled in between. */
const MOST_ATTEMPTS = 20;

/** Documents that are written behind: each key has a JSON value and a version. The newest write wins. */
export class DocumentWrites<T> {
  readonly #parts: CollectionParts;
  readonly #maxDocumentBytes: number;

  constructor(parts: CollectionParts, maxDocumentBytes: number) {
    this.#parts = parts;
    this.#maxDocumentBytes = maxDocumentBytes;
  }

  /** Returns the newest acknowledged document of a key. */
  async read(key: string): Promise<Versioned<T>> {
    return (await this.#current(key)).document;
  }

  /**
   * Replaces the document of a key. Resolves when the write is acknowledged: every later `read`, in any process, returns this document
   * or a newer one.
   *
   * @returns the version of the new document
   * @throws {InvalidWrite} for a value that is not plain JSON data, or too large
   * @throws {VersionConflict} when `ifVersion` does not hold
   * @throws {WriteLogFull | WriteLogUnavailable | WriteBehindClosed} as `AppendOptions` says
   */
  async put(key: string, value: T, options: PutOptions = {}): Promise<number> {
    return this.#write(key, { op: 'put', json: this.#jsonOf(value) }, options);
  }

  /**
   * Removes the document of a key. Without a document, nothing changes.
   *
   * @throws as `put` does
   */
  async delete(key: string, options: PutOptions = {}): Promise<void> {
    await this.#write(key, { op: 'delete' }, options);
  }

  async #write(key: string, change: Change, { ifVersion, ...options }: PutOptions): Promise<number> {
    const { name, appender, store } = this.#parts;
    assertWriteKey(key);
    assertExpectation(ifVersion);
    const write: Write = { collection: name, key, change };
    store.validate(write);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      let seen: Seen | undefined;
      if (ifVersion !== undefined) {
        const current = await this.#current(key);
        assertVersionIs(ifVersion, current.document.version);
        seen = current.seen;
      }
      const position = await appender.append(write, options, seen);
      if (position !== undefined) return position;
    }
    throw new WriteLogUnavailable('not-written');
  }

  async #current(key: string): Promise<{ document: Versioned<T>; seen: Seen }> {
    const { name, log, bases } = this.#parts;
    assertWriteKey(key);
    const seen = await log.pending(name, key);
    const { change, position } = seen;
    if (change?.op === 'put')
      return { document: { value: freezeJson(change.json) as T, version: position }, seen };
    if (change !== undefined) return { document: { value: undefined, version: 0 }, seen };
    // The log was asked first: what it has forgotten by then is in the value.
    const { value, version } = await bases.read(name, key, seen.floor);
    return { document: { value: deepFreeze(value) as T | undefined, version }, seen };
  }

  #jsonOf(value: T): string {
    const json = toJsonOrRefuse(value);
    assertStorable(json);
    const bytes = Buffer.byteLength(json);
    if (bytes > this.#maxDocumentBytes)
      throw new InvalidWrite(`value: expected at most ${this.#maxDocumentBytes} bytes of JSON, got ${bytes}`);
    return json;
  }
}

type Expectation = NonNullable<PutOptions['ifVersion']>;

function assertExpectation(expected: Expectation | undefined): void {
  if (expected === undefined || expected === 'existing') return;
  const versions = typeof expected === 'object' ? expected : [expected];
  if (!versions.every((version) => Number.isSafeInteger(version) && version >= 0))
    throw new InvalidWrite(
      `ifVersion: expected whole numbers of at least 0 or 'existing', got ${String(expected)}`,
    );
}

function assertVersionIs(expected: Expectation, version: number): void {
  const versions = typeof expected === 'object' ? expected : [expected];
  const holds = expected === 'existing' ? version > 0 : versions.includes(version);
  if (!holds) throw new VersionConflict(version);
}

function toJsonOrRefuse(value: unknown): string {
  try {
    return toJson(value);
  } catch (error) {
    throw new InvalidWrite((error as Error).message);
  }
}
