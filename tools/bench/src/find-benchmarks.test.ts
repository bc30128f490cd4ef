import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findBenchmarks } from './find-benchmarks.ts';

describe('benchmarks', () => {
  it('are found by their files, with or without a group, and loaded only when they run', async () => {
    const root = mkdtempSync(join(tmpdir(), 'benchmarks-'));
    const write = (file: string, code: string): void => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), code);
    };
    try {
      write('libs/a/bench/alone.bench.ts', 'throw new Error("broken")');
      write('apps/b/bench/group/member.bench.ts', 'export default {}');
      write('apps/b/bench/group/no-benchmark.ts', '');
      const found = findBenchmarks(root);
      expect(found.map(({ name, group }) => [name, group])).toEqual([
        ['member', 'group'],
        ['alone', undefined],
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
