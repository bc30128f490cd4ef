import { NotCacheableError } from '../errors/not-cacheable.error.ts';

/**
 * Returns the JSON text of plain data: strings, finite numbers, booleans, null, arrays, and plain objects of these. A property
 * that is `undefined` is left out.
 *
 * @throws {NotCacheableError} for what JSON would lose or change without an error (a Map, a Date, NaN, a cycle, …), with its place
 */
export function toJson(value: unknown): string {
  try {
    assertJson(value, 'value', new Set());
    return JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof NotCacheableError) throw cause;
    const fault = cause instanceof RangeError ? 'value is nested too deeply' : 'value cannot be read';
    throw new NotCacheableError(fault, { cause });
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
