import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomOf, VirtualClock } from '@groundwork/testing';
import { OutlierDetector, type OutlierOptions } from './outlier-detector.ts';

describe('the detection of outliers', () => {
  const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  let clock: VirtualClock;
  beforeEach(() => {
    clock = new VirtualClock();
  });

  const watch = (endpoints: object[], options: OutlierOptions = {}) => {
    const detector = new OutlierDetector({ clock, ...options });
    for (const endpoint of endpoints) detector.add(endpoint);
    return detector;
  };
  const times = (count: number, act: () => void) => {
    for (let index = 0; index < count; index += 1) act();
  };

  it('ejects an endpoint after five failures in a row, and no sooner', () => {
    const detector = watch([a, b]);
    times(4, () => detector.failed(a));
    detector.succeeded(a, 1);
    times(4, () => detector.failed(a));
    expect(detector.isEjected(a)).toBe(false);
    detector.failed(a);
    expect([detector.isEjected(a), detector.isEjected(b)]).toEqual([true, false]);
  });

  it('ejects an endpoint that fails half of its requests while the others do not', () => {
    const detector = watch([a, b]);
    times(10, () => {
      detector.failed(a);
      detector.succeeded(a, 1);
      detector.succeeded(b, 1);
    });
    detector.compare();
    expect([detector.isEjected(a), detector.isEjected(b)]).toEqual([true, false]);
  });

  it('ejects no endpoint when all fail: their fault is a common one', () => {
    const detector = watch([a, b, c]);
    for (const endpoint of [a, b, c])
      times(10, () => {
        detector.succeeded(endpoint, 1);
        detector.failed(endpoint);
      });
    times(20, () => [a, b, c].forEach((endpoint) => detector.failed(endpoint)));
    detector.compare();
    expect([a, b, c].filter((endpoint) => detector.isEjected(endpoint))).toEqual([]);
  });

  it.each([0.1, 0.4, 0.8])('ejects no endpoint while all fail a share of %d of their requests', (share) => {
    const detector = watch([a, b]);
    const random = randomOf(1);
    times(20_000, () => {
      for (const endpoint of [a, b])
        if (random() < share) detector.failed(endpoint);
        else detector.succeeded(endpoint, 1);
      clock.advance(5);
      detector.compare();
    });
    expect([detector.isEjected(a), detector.isEjected(b)]).toEqual([false, false]);
    times(200, () => detector.failed(a));
    expect(detector.isEjected(a)).toBe(true);
  });

  it('ejects an endpoint that is five times as slow as the others', () => {
    const detector = watch([a, b, c]);
    times(10, () => {
      detector.succeeded(a, 500);
      detector.succeeded(b, 90);
      detector.succeeded(c, 110);
    });
    detector.compare();
    expect([a, b, c].filter((endpoint) => detector.isEjected(endpoint))).toEqual([a]);
  });

  it.each([
    ['its latency is below the minimum', 99, 10, 10],
    ['it has too few responses', 500, 9, 10],
    ['the others have too few responses', 500, 10, 9],
    ['it is less than five times as slow', 499, 10, 10],
  ])('does not eject a slow endpoint when %s', (_why, latencyMs, own, others) => {
    const detector = watch([a, b]);
    times(own, () => detector.succeeded(a, latencyMs));
    times(others, () => detector.succeeded(b, latencyMs === 99 ? 1 : 100));
    detector.compare();
    expect(detector.isEjected(a)).toBe(false);
  });

  it('compares only the responses of its window', async () => {
    const detector = watch([a, b]);
    times(9, () => detector.failed(a));
    await clock.run(10_000);
    detector.remove(a);
    detector.add(a);
    times(9, () => detector.succeeded(a, 900));
    await clock.run(2_000);
    detector.succeeded(a, 900);
    times(20, () => detector.succeeded(b, 1));
    detector.compare();
    expect(detector.isEjected(a)).toBe(false);
  });

  it('ejects for twice as long each time, and forgets the ejections of long ago', async () => {
    const detector = watch([a, b], { firstEjectionMs: 1_000, longestEjectionMs: 4_000 });
    const ejectedFor = async () => {
      const startedAt = clock.monotonicMs();
      times(5, () => detector.failed(a));
      while (detector.isEjected(a)) clock.advance(100);
      return clock.monotonicMs() - startedAt;
    };
    const lengths = [];
    for (let index = 0; index < 4; index += 1) lengths.push(await ejectedFor());
    expect(lengths).toEqual([1_000, 2_000, 4_000, 4_000]);
    clock.advance(4_001);
    expect(await ejectedFor()).toBe(1_000);
  });

  it('keeps half of the endpoints, and a single one always', () => {
    const endpoints = Array.from({ length: 5 }, (_, name) => ({ name }));
    const detector = watch(endpoints);
    for (const endpoint of endpoints.slice(0, 4)) {
      times(1_000, () => detector.succeeded(endpoints[4]!, 1));
      times(5, () => detector.failed(endpoint));
    }
    expect(endpoints.filter((endpoint) => detector.isEjected(endpoint))).toHaveLength(2);
    const alone = watch([a]);
    times(50, () => alone.failed(a));
    expect(alone.isEjected(a)).toBe(false);
  });

  it('ignores endpoints that it does not watch', () => {
    const detector = watch([b]);
    times(9, () => detector.failed(a));
    detector.succeeded(a, 1);
    expect(detector.isEjected(a)).toBe(false);
  });
});
