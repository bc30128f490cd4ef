import { spanOfKeyspaceId } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { vindexType } from './vindex.ts';
import { xxh64 } from './xxh64.ts';

/** Returns XXH64 of the UTF-8 bytes of a text, lowest byte first, as Vitess stores it. */
export function xxhashKeyspaceId(text: string): Buffer {
  const id = Buffer.alloc(8);
  id.writeBigUInt64LE(xxh64(Buffer.from(text)));
  return id;
}

/** Vitess's `xxhash`: hashes a value by the bytes of its text. `1` and `"1"` are the same; `"a"` and `"A"` differ. */
export const xxhash = vindexType({
  type: 'xxhash',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => spanOfKeyspaceId(xxhashKeyspaceId(String(value))),
  }),
});
