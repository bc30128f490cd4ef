import { describe, expect, it } from '@jest/globals';
import { LoadGauge } from './load-gauge.ts';

function gauge() {
  const log: string[] = [];
  const measured = new LoadGauge({
    high: { items: 4, bytes: 100 },
    low: { items: 1, bytes: 20 },
    onHigh: () => log.push('high'),
    onLow: () => log.push('low'),
  });
  return { log, measured };
}

describe('a load gauge', () => {
  it('is full by items until they have fallen to the low watermark', () => {
    const { log, measured } = gauge();
    for (let item = 0; item < 5; item += 1) measured.add(1);
    expect(log).toEqual(['high']);
    for (let item = 0; item < 3; item += 1) measured.remove(1);
    expect(log).toEqual(['high']);
    measured.remove(1);
    expect(log).toEqual(['high', 'low']);
    expect(measured.load).toEqual({ items: 1, bytes: 1 });
  });

  it('is full by bytes with a single large item', () => {
    const { log, measured } = gauge();
    measured.add(100);
    expect(log).toEqual(['high']);
    measured.remove(100);
    expect(log).toEqual(['high', 'low']);
  });

  it('has room again when both items and bytes have fallen to the low watermark', () => {
    const { log, measured } = gauge();
    measured.add(90, 2);
    measured.add(10, 2);
    measured.remove(90, 2);
    expect(log).toEqual(['high']);
    measured.remove(5);
    expect(log).toEqual(['high', 'low']);
    measured.add(95, 1);
    expect(log).toEqual(['high', 'low', 'high']);
    measured.remove(0, 1);
    measured.remove(79, 0);
    expect(log).toEqual(['high', 'low', 'high']);
    measured.remove(1, 0);
    expect(log).toEqual(['high', 'low', 'high', 'low']);
  });

  it.each([
    { items: 4, bytes: 20 },
    { items: 5, bytes: 20 },
    { items: 1, bytes: 100 },
    { items: 1, bytes: 101 },
  ])('refuses the low watermark %j, which would cause flapping', (low) => {
    const limits = { high: { items: 4, bytes: 100 }, onHigh: () => undefined, onLow: () => undefined };
    expect(() => new LoadGauge({ ...limits, low })).toThrow(RangeError);
  });
});
