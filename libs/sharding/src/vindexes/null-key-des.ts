import { createCipheriv } from 'node:crypto';
import { bigEndian } from './keyspace-id.ts';

/**
 * DES of one block with the key of zeros. Vitess has always scattered numbers with it; it protects no secret. OpenSSL 3 no
 * longer offers plain DES. Triple DES with three equal keys encrypts, decrypts and encrypts, which equals a single
 * encryption. ECB keeps no state between blocks, so one cipher serves all callers.
 */
const cipher = createCipheriv('des-ede3-ecb', Buffer.alloc(24), null).setAutoPadding(false);

/** @returns the 8 bytes of the keyspace id */
export function nullKeyDes(number: bigint): Buffer {
  return cipher.update(bigEndian(number));
}
