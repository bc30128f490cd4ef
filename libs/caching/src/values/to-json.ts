import { NotCacheableError } from '../errors/not-cacheable.error.ts';

/**
 * Returns the JSON text of plain data: strings, finite numbers, booleans, null, arrays, and plain objects of these. A property
 * that is `undefined` is left out.
 *
 * @throws {NotCacheableError} for everything that JSON would lose or change without an error, with its place
 */
export function toJson(value: unknown): string {
  try {
    assertJson(value, 'value', new Set());
    return JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof NotCacheableError) throw cause;
    // Too deep for the stack.
    throw new NotCacheableError('value is nested too deeply', { cause });
  }
}

function assertJson(value: unknown, place: string, ancestors: Set<object>): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object') throw new NotCacheableError(`${place} is ${spell(value)}`);
  if (ancestors.has(value)) throw new NotCacheableError(`${place} contains itself`);
  ancestors.add(value);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) assertJson(item, `${place}[${index}]`, ancestors);
  } else {
    if (!isPlain(value)) throw new NotCacheableError(`${place} is a ${value.constructor.name}`);
    for (const [name, property] of Object.entries(value))
      if (property !== undefined) assertJson(property, `${place}.${name}`, ancestors);
  }
  ancestors.delete(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function spell(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : `a ${typeof value}`;
}
