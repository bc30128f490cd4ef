import { createCipheriv } from 'node:crypto';
import { bigEndian } from './keyspace-id.ts';

/**
 * DES of one block under the key of zeros: what Vitess has scattered numbers by from its first day (it keeps nothing secret).
 * OpenSSL 3 no longer offers plain DES, but triple DES with three equal keys encrypts, decrypts and encrypts: once, in effect.
 * ECB keeps nothing from block to block, so one cipher serves all callers.
 */
const cipher = createCipheriv('des-ede3-ecb', Buffer.alloc(24), null).setAutoPadding(false);

/** @returns the 8 bytes of the keyspace id */
export function nullKeyDes(number: bigint): Buffer {
  return cipher.update(bigEndian(number));
}
