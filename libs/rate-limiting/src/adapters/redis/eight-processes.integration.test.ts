import { describe, expect, it } from '@jest/globals';
import { spawnProgram, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { text } from 'node:stream/consumers';

const PROGRAM = new URL('../../../test/decide-many.process.ts', import.meta.url);
const [PROCESSES, DECISIONS, CAPACITY, RATE_PER_SECOND] = [8, 100_000, 100, 1_000];

interface Outcome {
  readonly admitted: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

describe('the limit of eight processes', () => {
  it('admits at most capacity + rate * t in 100,000 decisions, and reaches that rate, while scripts are flushed', async () => {
    const redis = await startTestRedis();
    const flushes = new Redis(redis.url);
    const flushing = setInterval(() => void flushes.script('FLUSH'), 20);
    const outcomes = await Promise.all(Array.from({ length: PROCESSES }, () => decideMany(redis.url)));
    clearInterval(flushing);
    const [admitted, decisions] = [
      outcomes.reduce((sum, one) => sum + one.admitted, 0),
      await decidedBy(flushes),
    ];
    const first = Math.min(...outcomes.map(({ startedAt }) => startedAt));
    const last = Math.max(...outcomes.map(({ endedAt }) => endedAt));
    expect(admitted).toBeLessThanOrEqual(CAPACITY + (RATE_PER_SECOND * (last - first + 1)) / 1_000);
    // From the start of the last process to the end of the first one, all of them ask far more often than the rate.
    const together =
      Math.min(...outcomes.map(({ endedAt }) => endedAt)) -
      Math.max(...outcomes.map(({ startedAt }) => startedAt));
    expect(admitted).toBeGreaterThanOrEqual((0.95 * RATE_PER_SECOND * together) / 1_000);
    expect(decisions).toBeLessThan(DECISIONS / 4);
    flushes.disconnect();
    await redis.stop();
  });
});

async function decideMany(url: string): Promise<Outcome> {
  const child = spawnProgram(PROGRAM, [url, String(DECISIONS / PROCESSES)], { stdout: 'pipe' });
  return JSON.parse(await text(child.stdout!)) as Outcome;
}

/** The number of script calls: a call decides for all that ask in one turn of the event loop. */
async function decidedBy(redis: Redis): Promise<number> {
  const stats = await redis.info('commandstats');
  const callsOf = (command: string) =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  return callsOf('evalsha') + callsOf('eval');
}
