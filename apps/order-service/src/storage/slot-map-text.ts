import { InvalidSlotMapError, SlotMap } from '@groundwork/sharding';
import { z } from 'zod';

const EXPECTED = 'expected the slots of each shard, e.g. 0-2047=shard-1,2048-4095=shard-2';

/** `0-2047=shard-1,2048-4095=shard-2` → the slot map. The error of an invalid map names the fault. */
export const slotMapText = z
  .string({ error: EXPECTED })
  .describe(EXPECTED)
  .transform((text, context) => {
    try {
      return SlotMap.parse(text);
    } catch (error) {
      if (!(error instanceof InvalidSlotMapError)) throw error;
      context.issues.push({ code: 'custom', input: text, message: `${error.message}; ${EXPECTED}` });
      return z.NEVER;
    }
  });
