/** Fields that the proxy itself must write. */
const PROTECTED: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
]);
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e]*$/;

export interface FieldChanges {
  /** Replaces all fields of a name. */
  readonly set?: Readonly<Record<string, string>>;
  /** Appends a field, beside those of the same name. */
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** Changes the header fields of a request or a response: removes, then sets, then adds. */
export class FieldTransform {
  readonly #removed: ReadonlySet<string>;
  readonly #appended: readonly string[];

  /** @throws {RangeError} for an invalid name or value, or a field that the proxy itself must write */
  constructor({ set = {}, add = {}, remove = [] }: FieldChanges) {
    const written = [...Object.entries(set), ...Object.entries(add)];
    for (const name of [...written.map(([each]) => each), ...remove]) assertName(name);
    for (const [name, value] of written)
      if (!VALUE.test(value)) throw new RangeError(`expected printable ASCII as the value of ${name}`);
    this.#removed = new Set([...remove, ...Object.keys(set)].map((name) => name.toLowerCase()));
    this.#appended = written.flatMap(([name, value]) => [name.toLowerCase(), value]);
  }

  /** Returns the changed fields. @param fields a flat list of names, in lower case, and values */
  apply(fields: readonly string[]): string[] {
    const changed: string[] = [];
    for (let index = 0; index < fields.length; index += 2) {
      const name = fields[index] as string;
      if (!this.#removed.has(name)) changed.push(name, fields[index + 1] as string);
    }
    changed.push(...this.#appended);
    return changed;
  }
}

function assertName(name: string): void {
  if (!NAME.test(name)) throw new RangeError(`expected the name of a header field, not "${name}"`);
  if (PROTECTED.has(name.toLowerCase()))
    throw new RangeError(`${name} is written by the proxy itself and cannot be changed`);
}
