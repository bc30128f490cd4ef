import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered } from '../../test/numbered.ts';
import { numberedGroup, type NumberedGroup } from '../../test/numbered-group.ts';

describe('the committed offset', () => {
  let kafka: TestKafka;
  let group: NumberedGroup;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    group = await numberedGroup(kafka);
  });

  afterEach(() => group.close());

  it('stays at an event in flight, and a successor starts there', async () => {
    let release!: () => void;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const first: number[] = [];
    await group.producer.publish(
      Array.from({ length: 20 }, (_, number) => numbered(group.type, `key-${number}`, number)),
    );
    const strategy = group.start(
      async (event) => {
        if (event.data.number === 5) await blocked;
        first.push(event.data.number);
      },
      { drainLimitMs: 100 },
    );
    await eventually(() => first.length === 19);
    await eventually(async () => (await group.committed())[0] === '5');
    await strategy.close();
    const second: number[] = [];
    group.start((event) => void second.push(event.data.number));
    await eventually(() => second.length === 15);
    expect(second.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => index + 5));
    release();
  });

  it('covers the events in flight, which the consumer drains on close without starting further events', async () => {
    const handled: number[] = [];
    let begun = 0;
    await group.producer.publish(
      Array.from({ length: 100 }, (_, number) => numbered(group.type, 'key', number)),
    );
    let release!: () => void;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const strategy = group.start(async (event) => {
      begun += 1;
      if (event.data.number === 3) await blocked;
      handled.push(event.data.number);
    });
    await eventually(() => begun === 4);
    const closing = strategy.close();
    release();
    await closing;
    expect(handled).toEqual([0, 1, 2, 3]);
    expect((await group.committed())[0]).toBe('4');
  });
});
