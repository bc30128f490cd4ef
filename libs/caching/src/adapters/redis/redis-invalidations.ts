import { randomUUID } from 'node:crypto';
import { type Announcement } from '../../invalidation/journal.ts';
import { type Announced, type Invalidation } from '../../tiers/tier.ts';
import { type ForeignKeys } from './foreign-keys.ts';
import { type RedisKeys } from './redis-keys.ts';
import { type RedisScripts } from './redis-scripts.ts';
import { kindOf } from './reply-errors.ts';

/** Longer than the time between the first and the last process that is notified of a change. */
const ONCE_MS = 60_000;
/** A version is known for at least this long after its entry: longer than a writer takes between its source and `put`. */
export const VERSION_MS = 60_000;
/** An announcement that is longer empties L1 instead: the journal stays small. */
const LONGEST_ANNOUNCEMENT = 4_096;

/** Invalidates and expires the entries of a tier. Each change is one script, which also announces it. */
export class RedisInvalidations {
  readonly #scripts: RedisScripts;
  readonly #keys: RedisKeys;
  readonly #foreign: ForeignKeys;

  constructor(scripts: RedisScripts, keys: RedisKeys, foreign: ForeignKeys) {
    this.#scripts = scripts;
    this.#keys = keys;
    this.#foreign = foreign;
  }

  async invalidate(target: Invalidation): Promise<Announced> {
    const { keys = [], once, version } = target;
    const versions = version === undefined ? [] : keys.map((key) => this.#keys.version(key));
    const names = [
      ...keys.flatMap((key) => [this.#keys.value(key), this.#keys.lease(key)]),
      ...this.#tokensOf(target),
    ];
    const marker = once === undefined ? [] : [this.#keys.marker('invalidate', once, names)];
    const all = [...versions, ...names, ...marker, ...this.#keys.journal];
    const change = [marker.length * ONCE_MS, announcementOf('invalidate', target)];
    const remembered = [versions.length, version ?? 0, VERSION_MS];
    return this.#foreign.healing(all, async () =>
      announced(await this.#scripts.cacheInvalidate(all.length, ...all, ...change, ...remembered)),
    );
  }

  async expire(target: Invalidation): Promise<Announced> {
    const { keys = [], once } = target;
    const tokens = this.#tokensOf(target);
    const values = keys.map((key) => this.#keys.value(key));
    const names = [...tokens, ...values, ...keys.map((key) => this.#keys.lease(key))];
    const marker = once === undefined ? [] : [this.#keys.marker('expire', once, names)];
    const all = [...names, ...marker, ...this.#keys.journal];
    const change = [marker.length * ONCE_MS, announcementOf('expire', target), randomUUID()];
    try {
      return announced(
        await this.#scripts.cacheExpire(all.length, ...all, ...change, tokens.length, values.length),
      );
    } catch (error) {
      if (kindOf(error) === 'outage') throw error;
      // What cannot be marked as stale is removed.
      return this.invalidate(target);
    }
  }

  #tokensOf({ tags = [], everything = false }: Invalidation): string[] {
    return [...tags.map((tag) => this.#keys.token(tag)), ...(everything ? [this.#keys.everything] : [])];
  }
}

export function announcementOf(
  kind: Announcement['kind'],
  { keys, tags, everything, by }: Invalidation,
): string {
  const full: Announcement = { kind, keys, tags, everything, by };
  const text = JSON.stringify(full);
  return text.length <= LONGEST_ANNOUNCEMENT
    ? text
    : JSON.stringify({ kind: 'invalidate', everything: true, by } satisfies Announcement);
}

export function announced(position: string): Announced {
  return { position: position === '' ? undefined : position };
}
