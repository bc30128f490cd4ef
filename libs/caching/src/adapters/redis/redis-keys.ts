import { createHash } from 'node:crypto';

/** The names of the keys of a tier; `scripts.ts` says what each holds. */
export class RedisKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  value(key: string): string {
    return `${this.#prefix}v:${key}`;
  }

  version(key: string): string {
    return `${this.#prefix}n:${key}`;
  }

  lease(key: string): string {
    return `${this.#prefix}l:${key}`;
  }

  token(tag: string): string {
    return `${this.#prefix}t:${tag}`;
  }

  get everything(): string {
    return `${this.#prefix}e`;
  }

  get feed(): string {
    return `${this.#prefix}p`;
  }

  get incarnation(): string {
    return `${this.#prefix}r`;
  }

  get stream(): string {
    return `${this.#prefix}j`;
  }

  /** The journal and its followers, as the scripts take them. */
  get journal(): string[] {
    return [this.stream, `${this.#prefix}f`];
  }

  /** The tokens that an entry with these tags depends on. */
  tokens(tags: readonly string[]): string[] {
    return [this.everything, ...tags.map((tag) => this.token(tag))];
  }

  /** The keys of a claim. */
  claim(key: string, tags: readonly string[]): string[] {
    return [this.value(key), this.lease(key), ...this.tokens(tags), ...this.journal];
  }

  /** One change may remove some entries and expire others, in several calls: each of them is applied once. */
  marker(call: string, once: string, names: readonly string[]): string {
    const digest = createHash('sha1').update(JSON.stringify(names)).digest('base64url');
    return `${this.#prefix}o:${call}:${once}:${digest}`;
  }

  /** Returns whether the key must be removed. Entries and leases are, whatever they hold: their content may be what is foreign. */
  isForeign(name: string, type: string): boolean {
    const [kind] = name.slice(this.#prefix.length);
    if (kind === 'j') return type !== 'stream';
    if (kind === 'f') return type !== 'hash';
    return kind === 'v' || kind === 'l' || type !== 'string';
  }
}
