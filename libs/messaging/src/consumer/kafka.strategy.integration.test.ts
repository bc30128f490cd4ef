import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { numbered } from '../../test/numbered.ts';
import { numberedGroup, type NumberedGroup } from '../../test/numbered-group.ts';
import { type GroupConsumer } from './group-consumer.ts';
import { type KafkaStrategy } from './kafka.strategy.ts';

describe('the Kafka strategy', () => {
  let kafka: TestKafka;
  let group: NumberedGroup;

  beforeAll(async () => {
    kafka = await testKafka();
  });

  beforeEach(async () => {
    group = await numberedGroup(kafka);
  });

  afterEach(() => group.close());

  it('handles the events of a key in order, and the events of different keys concurrently', async () => {
    const seen: string[] = [];
    let running = 0;
    let atOnce = 0;
    await group.producer.publish(
      Array.from({ length: 300 }, (_, index) =>
        numbered(group.type, `key-${index % 10}`, Math.floor(index / 10)),
      ),
    );
    group.start(async (event) => {
      running += 1;
      atOnce = Math.max(atOnce, running);
      // Earlier events of a key take longer: without lanes, later events would overtake them.
      for (let turn = event.data.number; turn < 30; turn += 1)
        await new Promise((done) => setImmediate(done));
      running -= 1;
      seen.push(`${event.key}#${event.data.number}`);
    });
    await eventually(() => seen.length === 300);
    for (let key = 0; key < 10; key += 1) {
      const ofKey = seen.filter((one) => one.startsWith(`key-${key}#`));
      expect(ofKey).toEqual(Array.from({ length: 30 }, (_, number) => `key-${key}#${number}`));
    }
    expect(atOnce).toBeGreaterThan(5);
    await eventually(async () => (await group.committed())[0] === '300');
  });

  it('shares its partitions with a second member without losing events', async () => {
    const counts = new Map<number, number>();
    const count = (number: number) => counts.set(number, (counts.get(number) ?? 0) + 1);
    const one = group.start((event) => void count(event.data.number));
    await eventually(() => one.expectMember().then(() => true));
    let sent = 0;
    const send = async () => {
      const batch = Array.from({ length: 40 }, () =>
        numbered(group.type, `key-${sent}`, sent++, { slot: (sent * 37) % 4_096 }),
      );
      await group.producer.publish(batch);
    };
    await send();
    const two = group.start((event) => void count(event.data.number));
    while (!haveTwoEach(one, two)) await send();
    await send();
    await two.close();
    await send();
    await eventually(() => counts.size === sent);
  });

  const haveTwoEach = (...members: KafkaStrategy[]) =>
    members.every((member) => member.unwrap<GroupConsumer>().partitions.size === 2);
});
