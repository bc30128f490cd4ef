import { eventually, startTestRedis } from '@groundwork/testing';
import { type CacheProcess, startProcess } from '../../test/cache-process.ts';
import { type SuiteTools } from './suite-tools.ts';

const PROCESSES = 8;
const KEY = 'propagated';
/** Changes of one round of the runner. */
const CHANGES_A_ROUND = 10;
const WARM_UP = 20;

/**
 * Measures how long an invalidation takes until no process serves the older value. Each of the processes has the entry in L1 before.
 */
export default {
  async measure({ rounds, progress }: SuiteTools) {
    const server = await startTestRedis();
    const all = await Promise.all(
      Array.from({ length: PROCESSES }, () => startProcess(server.url, server.url)),
    );
    try {
      await eventually(async () => (await all[0]!.ask('change', KEY)).everywhere);
      progress(`changes in ${PROCESSES} processes in turn`);
      const faults: string[] = [];
      const times: number[] = [];
      for (let change = -WARM_UP; change < rounds * CHANGES_A_ROUND; change += 1) {
        const tookMs = await changeMs(all, all[Math.abs(change) % PROCESSES]!, faults);
        if (change >= 0) times.push(tookMs);
      }
      times.sort((a, b) => a - b);
      const at = (share: number) =>
        times[Math.min(times.length - 1, Math.floor(share * times.length))] as number;
      const [p50, p99] = [at(0.5), at(0.99)];
      const tables = [
        {
          title: `An awaited invalidation, applied by L1 of ${PROCESSES} processes, of ${times.length} changes:`,
          columns: ['p50', 'p99'],
          rows: [[`${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`]],
        },
      ];
      return {
        tables,
        goals: [
          { what: `ms of an invalidation over ${PROCESSES} processes, p99`, measured: p99, atMost: 10 },
        ],
        faults: faults.slice(0, 5),
        passages: [{ page: 'docs/caching.md', marker: 'cache-propagation', tables }],
      };
    } finally {
      await Promise.all(all.map(({ kill }) => kill()));
      await server.stop();
    }
  },
};

/** Returns how long the invalidation took. An older value in any process is a fault. */
async function changeMs(
  all: readonly CacheProcess[],
  changing: CacheProcess,
  faults: string[],
): Promise<number> {
  await Promise.all(all.map(({ ask }) => ask('read', KEY)));
  const { version, everywhere, tookMs } = await changing.ask('change', KEY);
  const answers = await Promise.all(all.map(({ ask }) => ask('read', KEY)));
  if (!everywhere) faults.push(`version ${version} did not reach every process`);
  for (const { value } of answers)
    if (value !== version) faults.push(`a process served version ${value} after version ${version}`);
  return tookMs;
}
