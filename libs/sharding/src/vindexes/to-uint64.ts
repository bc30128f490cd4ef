import { UnmappableValueError } from './unmappable-value.error.ts';
import { type KeyValue } from './vindex.ts';

const MAX = 2n ** 64n - 1n;

/** @throws {UnmappableValueError} unless the value is an unsigned 64-bit integer; a text must be decimal */
export function toUint64(value: KeyValue): bigint {
  if (isWhole(value)) {
    const number = BigInt(value);
    if (number >= 0n && number <= MAX) return number;
  }
  throw new UnmappableValueError(value, 'a whole number from 0 to 2^64 - 1');
}

function isWhole(value: KeyValue): boolean {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value);
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}
