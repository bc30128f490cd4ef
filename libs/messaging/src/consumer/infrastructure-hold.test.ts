import { beforeEach, describe, expect, it } from '@jest/globals';
import { InfrastructureHold } from './infrastructure-hold.ts';
import { type Delivery } from './record-delivery.ts';

const away = new Error('away');

describe('a partition while infrastructure is unavailable', () => {
  const log: string[] = [];
  let fresh: number;
  let hold: InfrastructureHold;

  beforeEach(() => {
    log.length = 0;
    fresh = Infinity;
    hold = new InfrastructureHold({
      executor: {
        suspend: () => log.push('suspend'),
        resume: () => log.push('resume'),
        probe: () => (fresh -= 1) >= 0 && log.push('probe') > 0,
      },
      fetching: { pause: () => log.push('stop fetching'), resume: () => log.push('fetch') },
      limit: 2,
    });
  });

  const delivery = (name: string): Delivery => ({
    lane: name,
    attempt: () => Promise.reject(new Error('not asked for')),
    noteHeldAlone: () => log.push(`${name} waits alone`),
  });
  const foundAway = (by: Delivery, times = 1) => {
    for (let n = 0; n < times; n += 1) hold.foundAway(by, away);
  };

  it('stands still until an attempt gets through', () => {
    foundAway(delivery('a'));
    expect(log).toEqual(['suspend', 'stop fetching']);
    hold.gotThrough(delivery('b'));
    expect(log.slice(2)).toEqual(['fetch', 'resume']);
  });

  it('probes with another event after every third failure of the same event', () => {
    const a = delivery('a');
    foundAway(a, 2);
    expect(log).not.toContain('probe');
    foundAway(a, 4);
    expect(log.filter((line) => line === 'probe')).toHaveLength(2);
  });

  it('resumes fetching when there is no other event to probe with', () => {
    fresh = 0;
    foundAway(delivery('a'), 3);
    expect(log.at(-1)).toBe('fetch');
  });

  it('stops probing once more events than the concurrency limit have failed', () => {
    for (const name of ['a', 'b', 'c']) foundAway(delivery(name), 2);
    foundAway(delivery('d'), 3);
    expect(log).not.toContain('probe');
  });

  it('continues without an event that alone cannot reach the infrastructure, and reports that event', () => {
    const [a, b] = [delivery('a'), delivery('b')];
    foundAway(a, 3);
    hold.gotThrough(b);
    log.length = 0;
    foundAway(a, 3);
    expect(log).toEqual(['a waits alone', 'a waits alone', 'a waits alone']);
    hold.gotThrough(a);
    foundAway(a);
    expect(log.slice(3)).toEqual(['suspend', 'stop fetching']);
  });

  it('lets at most as many events wait alone as the concurrency limit; more failures count as an outage', () => {
    const [a, b, c] = [delivery('a'), delivery('b'), delivery('c')];
    foundAway(a);
    foundAway(b);
    foundAway(c);
    hold.gotThrough(delivery('d'));
    log.length = 0;
    for (const one of [a, b, c]) foundAway(one);
    expect(log).toEqual(['a waits alone', 'b waits alone', 'suspend', 'stop fetching']);
  });

  it('reopens when the only event that holds it leaves untried, so that the next event probes', () => {
    const a = delivery('a');
    foundAway(a);
    hold.passedOver(delivery('b'));
    expect(log).toEqual(['suspend', 'stop fetching']);
    hold.passedOver(a);
    expect(log.slice(2)).toEqual(['fetch', 'resume']);
  });
});
