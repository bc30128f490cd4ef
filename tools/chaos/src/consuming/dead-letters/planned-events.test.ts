import { describe, expect, it } from '@jest/globals';
import { failsForGood, mustGoOn, PERMANENT, plannedEvent, RETRIED } from './planned-events.ts';

const events = Array.from({ length: 4_000 }, (_, n) => plannedEvent(n));

describe('the events of the drill', () => {
  it('are numbered separately for each key', () => {
    const numbers = Map.groupBy(events, ({ key }) => key);
    expect(numbers.size).toBe(200);
    for (const ofKey of numbers.values())
      expect(ofKey.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('fail permanently one in twenty, on two partitions', () => {
    const failing = events.filter(failsForGood);
    expect(failing).toHaveLength(100);
    expect(new Set(failing.map(({ partition }) => partition))).toEqual(new Set([PERMANENT, RETRIED]));
  });

  it('must continue if no event of the key ever fails and the partition itself does not wait for dead letters', () => {
    const failingKeys = new Set(events.filter(failsForGood).map(({ key }) => key));
    for (const event of events) {
      const expected = event.partition !== PERMANENT && !failingKeys.has(event.key);
      expect(mustGoOn(event)).toBe(expected);
    }
  });
});
