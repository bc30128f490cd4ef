import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered } from '../../test/numbered.ts';
import { numberedGroup, type NumberedGroup } from '../../test/numbered-group.ts';
import { type GroupConsumer } from './group-consumer.ts';

const EVENTS = 12_000;
/** One fetch, of at most 1 MiB, has about 3,700 of these events. They come on top of the watermark. */
const HELD_AT_MOST = 1_000 + 4_500;
const HANDLING_MS = 50;
/** A member that is silent for 10 s is replaced. Handled one by one, this many events take longer. */
const LONGER_THAN_A_SESSION = 12_000 / HANDLING_MS;

describe('a handler that is slower than its producer', () => {
  let kafka: TestKafka;
  let group: NumberedGroup;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    group = await numberedGroup(kafka);
  });

  afterEach(() => group.close());

  it('keeps its member in the group, and holds at most the watermark plus one fetch', async () => {
    for (let from = 0; from < EVENTS; from += 2_000) {
      await group.producer.publish(
        Array.from({ length: 2_000 }, (_, n) => numbered(group.type, `key-${n % 50}`, from + n)),
      );
    }
    let handled = 0;
    const strategy = group.start(
      async () => {
        await pause(HANDLING_MS);
        handled += 1;
      },
      { concurrency: 1 },
    );
    await eventually(() => handled > 0);
    const before = handled;
    const [assignments, held] = [new Set<unknown>(), new Set<number>()];
    await eventually(() => {
      const { partitions } = strategy.unwrap<GroupConsumer>();
      assignments.add(partitions);
      held.add([...partitions.values()].reduce((sum, { load }) => sum + load.items, 0));
      return handled - before > LONGER_THAN_A_SESSION;
    });
    expect(assignments.size).toBe(1);
    expect(Math.max(...held)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...held)).toBeLessThan(HELD_AT_MOST);
    await expect(strategy.expectProgress()).resolves.toBeUndefined();
  });
});
