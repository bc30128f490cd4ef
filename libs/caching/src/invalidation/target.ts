import { type Invalidation } from '../tiers/tier.ts';
import { assertInvalidation } from '../values/assert-names.ts';

/** The entries to invalidate or expire: by keys, by tags, by namespaces, by a pattern, or all. */
export interface Target extends Invalidation {
  readonly namespaces?: readonly string[];
  /** `name:*`: all entries of a namespace. Other patterns would need a walk over all keys, and are refused. */
  readonly pattern?: string;
}

const NAMESPACE = /^[^:*\s]{1,100}$/;

/** Returns the tag that all entries of a namespace have. @throws {RangeError} for an invalid name */
export function tagOf(namespace: string): string {
  if (typeof namespace !== 'string' || !NAMESPACE.test(namespace))
    throw new RangeError(
      `namespace: expected 1 to 100 characters without a colon, an asterisk or a space, got ${JSON.stringify(namespace)}`,
    );
  return `namespace:${namespace}`;
}

/** Translates namespaces and patterns into tags. @throws {RangeError} for an invalid name or pattern */
export function invalidationOf({ namespaces = [], pattern, tags = [], ...rest }: Target): Invalidation {
  const named = pattern === undefined ? namespaces : [...namespaces, namespaceOf(pattern)];
  const all = [...tags, ...named.map(tagOf)];
  assertInvalidation(rest.keys ?? [], all, rest.version);
  return { ...rest, tags: all };
}

function namespaceOf(pattern: string): string {
  const name = pattern.endsWith(':*') ? pattern.slice(0, -2) : '';
  if (NAMESPACE.test(name)) return name;
  throw new RangeError(
    `pattern: expected "name:*" for all entries of a namespace, got ${JSON.stringify(pattern)}; give the entries a tag instead`,
  );
}
