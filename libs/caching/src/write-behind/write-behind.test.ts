import { describe, expect, it } from '@jest/globals';
import { openWriteBehind } from '../../test/open-write-behind.ts';

describe('options of write-behind', () => {
  it.each([
    [{ name: '' }, 'name'],
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ batchSize: 1.5 }, 'batchSize'],
    [{ batchSize: 1_001 }, 'batchSize'],
    [{ lingerMs: -1 }, 'lingerMs'],
    [{ maxWaitMs: Number.NaN }, 'maxWaitMs'],
    [{ cacheTtlMs: 0 }, 'ttlMs'],
    [{ maxBytes: 1_000 }, 'maxDocumentBytes'],
  ])('are refused: %o', (options, message) => {
    expect(() => openWriteBehind(options)).toThrow(message);
  });
});
