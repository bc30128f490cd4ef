import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered } from '../../test/numbered.ts';
import { numberedGroup, type NumberedGroup } from '../../test/numbered-group.ts';

describe('a member that stops during a rebalance of its group', () => {
  let kafka: TestKafka;
  let group: NumberedGroup;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    group = await numberedGroup(kafka);
  });

  afterEach(() => group.close());

  /** Publishes ten events for each of the four partitions. */
  const publish = (from: number) =>
    group.producer.publish(
      Array.from({ length: 40 }, (_, n) =>
        numbered(group.type, `key-${from + n}`, from + n, { slot: (n % 4) * 1_024 }),
      ),
    );

  it('hands over its partitions at once, and moves no offset back when its handlers end', async () => {
    const slow = Promise.withResolvers<void>();
    let begun = 0;
    await publish(0);
    const leaving = group.start(
      async ({ data }) => {
        begun += 1;
        if (data.number < 4) await slow.promise;
      },
      { drainLimitMs: 60_000 },
    );
    await eventually(() => begun === 40);
    const closed = leaving.close();
    const seen = new Set<number>();
    group.start(({ data }) => void seen.add(data.number));
    await publish(40);
    const all = { 0: '20', 1: '20', 2: '20', 3: '20' };
    await eventually(async () => isDeepStrictEqual({ ...(await group.committed()) }, all));
    slow.resolve();
    await closed;
    expect([seen.size, await group.committed()]).toEqual([80, all]);
  });
});
