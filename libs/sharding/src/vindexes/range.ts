import { z } from 'zod';
import { compareKeys, KeyRangeFault, parseKeyRanges } from './key-ranges.ts';
import { spanOfSlot } from './keyspace-id.ts';
import { vindexType } from './vindex.ts';

const ranges = z.string().transform((text, context) => {
  try {
    return parseKeyRanges(text);
  } catch (error) {
    if (!(error instanceof KeyRangeFault)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/**
 * Ours, not Vitess's: explicit ranges of keys, each in its own slot, so that keys that are read together are stored
 * together. The ranges hold every key; there is no default range.
 */
export const range = vindexType({
  type: 'range',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: z.strictObject({ ranges }),
  create: (params) => ({
    kind: 'functional',
    map: ([value]) => {
      const key = String(value);
      const owner = params.ranges.findLast(({ from }) => compareKeys(from, key) <= 0)!;
      return spanOfSlot(owner.slot);
    },
  }),
});
