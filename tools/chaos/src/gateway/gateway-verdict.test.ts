import { describe, expect, it } from '@jest/globals';
import { type AttackName } from './attack-names.ts';
import { faultsOfAttack } from './gateway-verdict.ts';
import { type Sample } from './others.ts';

const samples = (tookMs: number, change: Partial<Sample> = {}): Sample[] =>
  Array.from({ length: 100 }, (_, index) => ({
    what: 'read' as const,
    status: 200,
    begunAt: index * 50,
    tookMs,
    ...change,
  }));
const run = (meanwhile: readonly Sample[], attack: AttackName = 'packets', restarted = 0) => ({
  attack,
  quiet: samples(40),
  meanwhile,
  restarted,
});

describe('an attack', () => {
  it('passes while the other clients are at most three times slower', () => {
    expect(faultsOfAttack(run(samples(120)), true)).toEqual([]);
    expect(faultsOfAttack(run(samples(121)), true)).toEqual([expect.stringContaining('p99 was 121 ms')]);
  });

  it('is not judged by latency on a busy machine, but by all other criteria', () => {
    expect(faultsOfAttack(run(samples(5_000)), false)).toEqual([]);
    expect(faultsOfAttack(run(samples(10, { status: 503 })), false)).toEqual([
      '100 of 100 requests of other clients failed',
    ]);
  });

  it('fails when a gateway has crashed, or nothing was measured', () => {
    expect(faultsOfAttack(run(samples(40), 'packets', 1), true)).toHaveLength(1);
    expect(faultsOfAttack(run([]), true)).toEqual(['the other clients sent no requests during the attack']);
  });

  it('may affect other clients for at most two seconds when a replica hangs', () => {
    const hurting = (until: number) =>
      samples(40).map((sample) =>
        sample.begunAt < until ? { ...sample, status: 504, tookMs: 10_000 } : sample,
      );
    expect(faultsOfAttack(run(hurting(2_000), 'hung-replica'), true)).toEqual([]);
    expect(faultsOfAttack(run(hurting(2_500), 'hung-replica'), true)).toHaveLength(2);
    expect(faultsOfAttack(run(hurting(2_000), 'packets'), true)).toHaveLength(2);
  });
});
