import { type Lab } from '../lab.ts';
import { runProcesses } from '../processes/run-processes.ts';
import { atLeast, atMost, count } from '../readings.ts';
import { LIMIT, PROCESSES, WINDOW_SECONDS } from './limits.ts';

/** The client sends for this long before and after the border between two windows. */
const HALF_BURST_MS = 400;
const STARTING_MS = 3_000;

const BURST = new URL('burst.process.ts', import.meta.url);

export const inboundLimit: Lab = {
  name: 'inbound-limit',
  pattern: 'Rate limiting',
  naiveFailure: 'a client gets twice its limit at the border of two windows',
  experiment:
    `A client may send ${LIMIT} requests in ${WINDOW_SECONDS} s. It sends as fast as it can to ${PROCESSES} processes, ` +
    `for ${(2 * HALF_BURST_MS) / 1_000} s around the border between two windows.`,
  page: 'docs/rate-limiting.md',

  async run({ redis, progress }) {
    const url = await redis();
    const admitted = async (version: 'naive' | 'ours'): Promise<number> => {
      const windowMs = WINDOW_SECONDS * 1_000;
      const border = Math.ceil((Date.now() + STARTING_MS) / windowMs) * windowMs;
      progress(`${version}: waiting ${count((border - Date.now()) / 1_000)} s for the border of the windows`);
      const args = [version, url, String(border - HALF_BURST_MS), String(border + HALF_BURST_MS)];
      const results = await runProcesses<{ admitted: number }>(BURST, Array(PROCESSES).fill(args));
      return results.reduce((sum, result) => sum + result.admitted, 0);
    };
    const [naive, ours] = [await admitted('naive'), await admitted('ours')];
    const refilled = Math.ceil((LIMIT / WINDOW_SECONDS) * ((2 * HALF_BURST_MS) / 1_000));
    const burst = `requests admitted in ${(2 * HALF_BURST_MS) / 1_000} s (limit ${LIMIT}, refill ${refilled})`;
    return {
      measures: [
        { what: burst, naive: atLeast(1.9 * LIMIT, naive), ours: atMost(LIMIT + refilled, ours) },
        { what: 'of them, at least', naive: atLeast(LIMIT, naive), ours: atLeast(LIMIT, ours) },
      ],
      plot: {
        title: `Requests admitted around the border of two windows`,
        axis: 'requests',
        bars: [
          { label: 'naive', value: naive, version: 'naive' },
          { label: 'ours', value: ours, version: 'ours' },
        ],
        bounds: [{ value: LIMIT, label: 'limit' }],
      },
    };
  },
};
