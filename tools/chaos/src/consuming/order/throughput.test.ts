import { describe, expect, it } from '@jest/globals';
import { ThroughputMeter } from './throughput.ts';

describe('throughput of two groups', () => {
  it('is measured from the counts of both groups when the first group has finished', () => {
    const meter = new ThroughputMeter(4);
    for (const [group, at] of [
      ['without', 1_000],
      ['beside', 1_000],
      ['without', 2_000],
      ['without', 2_500],
      ['beside', 2_600],
    ] as const)
      meter.count(group, at);
    expect(meter.measured).toBeUndefined();
    meter.count('without', 3_000);
    meter.count('beside', 3_001);
    expect(meter.measured).toEqual({ seconds: 2, without: 2, beside: 1 });
  });
});
