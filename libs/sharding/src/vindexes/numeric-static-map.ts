import { z } from 'zod';
import { jsonParam } from './json-param.ts';
import { bigEndian, spanOfKeyspaceId } from './keyspace-id.ts';
import { nullKeyDes } from './null-key-des.ts';
import { toUint64 } from './to-uint64.ts';
import { UnmappableValueError } from './unmappable-value.error.ts';
import { vindexType } from './vindex.ts';
import { xxhashKeyspaceId } from './xxhash.ts';

const WHOLE =
  'expected a whole number; write it as a text beyond 2^53, where JSON numbers lose their last bits';

const uint64 = z
  .union([z.int(WHOLE).nonnegative(WHOLE), z.string().regex(/^\d{1,20}$/, WHOLE)], { error: WHOLE })
  .transform((value) => BigInt(value))
  .refine((value) => value < 2n ** 64n, 'expected at most 2^64 - 1');

const fallbacks = {
  hash: nullKeyDes,
  numeric: bigEndian,
  xxhash: (number: bigint) => xxhashKeyspaceId(number.toString()),
};

/**
 * Vitess's `numeric_static_map` with its `json`. A file (`json_path`) is not supported: the VSchema must be complete. Vitess
 * uses a number that the map does not list as its own keyspace id. Here it has no slot unless `fallback_type` says how to
 * find one.
 */
export const numericStaticMap = vindexType({
  type: 'numeric_static_map',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: z.strictObject({
    json: jsonParam(
      z.record(
        z.string().regex(/^(0|[1-9]\d{0,19})$/, 'expected a whole number without leading zeros as a key'),
        uint64,
      ),
    ),
    fallback_type: z.enum(['hash', 'numeric', 'xxhash']).optional(),
  }),
  create: ({ json, fallback_type }) => {
    const ids = new Map(Object.entries(json).map(([number, id]) => [BigInt(number), bigEndian(id)]));
    const fallback = fallback_type && fallbacks[fallback_type];
    return {
      kind: 'functional',
      map: ([value]) => {
        const number = toUint64(value!);
        const id = ids.get(number) ?? fallback?.(number);
        if (id === undefined) throw new UnmappableValueError(value, 'listed in the static map');
        return spanOfKeyspaceId(id);
      },
    };
  },
});
