import { InvalidWrite } from '../../write-behind/errors.ts';
import { type KeyType } from './collection-table.ts';

const INTEGER = /^(0|-?[1-9]\d{0,18})$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** @throws {InvalidWrite} for a key that is not in the one spelling of its type */
export function assertKeyOf(type: KeyType, key: string): void {
  if (type === 'uuid' && !UUID.test(key)) throw new InvalidWrite('key: expected a UUID in lower case');
  if (type !== 'bigint') return;
  if (!INTEGER.test(key) || BigInt(key) < LEAST || BigInt(key) > MOST)
    throw new InvalidWrite('key: expected a whole number of 64 bits, without leading zeros');
}
