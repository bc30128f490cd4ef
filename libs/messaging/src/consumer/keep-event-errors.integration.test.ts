import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType } from '@groundwork/contracts';
import { eventually, testKafka, type TestKafka } from '@groundwork/testing';
import { Controller, Inject, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type Numbered, numbered, numberedOn } from '../../test/numbered.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { MemorySink, QUICK } from '../../test/test-consumer.ts';
import { type IncomingEvent } from '../events/incoming-event.ts';
import { KafkaEventProducer } from '../kafka/kafka-event-producer.ts';
import { KafkaStrategy } from './kafka.strategy.ts';
import { KeepEventErrors } from './keep-event-errors.filter.ts';

const TYPE = numberedOn('').type;
const SEEN = Symbol('SEEN');

class Permanent extends Error {
  readonly code = 'permanent';
  readonly retryable = false;
}

function handle(event: IncomingEvent<Numbered>, seen: number[]): void {
  seen.push(event.data.number);
  if (event.data.number < 0) throw new Permanent('never');
}

@Controller()
@UseFilters(KeepEventErrors)
class KeepsErrors {
  constructor(@Inject(SEEN) private readonly seen: number[]) {}

  @EventPattern<string>(TYPE)
  on(@Payload() event: IncomingEvent<Numbered>): void {
    handle(event, this.seen);
  }
}

@Controller()
class HidesErrors {
  constructor(@Inject(SEEN) private readonly seen: number[]) {}

  @EventPattern<string>(TYPE)
  on(@Payload() event: IncomingEvent<Numbered>): void {
    handle(event, this.seen);
  }
}

@Module({})
class AppModule {}

describe('Nest event handlers', () => {
  let kafka: TestKafka;
  let producer: KafkaEventProducer;
  let type: EventType<Numbered>;
  let sink: MemorySink;
  let seen: number[];

  beforeEach(async () => {
    kafka = await testKafka();
    producer = new KafkaEventProducer({ brokers: kafka.brokers, clientId: 'test', logger: SILENT });
    type = numberedOn(kafka.uniqueName('nest'));
    await kafka.createTopic(type.topic, 1);
    sink = new MemorySink();
    seen = [];
  });

  afterEach(() => producer.close());

  const serve = async (controller: typeof KeepsErrors | typeof HidesErrors) => {
    const strategy = new KafkaStrategy({
      brokers: kafka.brokers,
      groupId: kafka.uniqueName('group'),
      clientId: 'test',
      logger: SILENT,
      eventTypes: [type],
      retryPolicy: QUICK,
      deadLetters: sink,
    });
    const module = {
      module: AppModule,
      controllers: [controller],
      providers: [{ provide: SEEN, useValue: seen }],
    };
    const app = await NestFactory.createMicroservice(module, { strategy, logger: false });
    await app.listen();
    return app;
  };

  it('receive the event, and their errors decide its outcome', async () => {
    await producer.publish([numbered(type, 'key', 1), numbered(type, 'key', -1), numbered(type, 'key', 2)]);
    const app = await serve(KeepsErrors);
    await eventually(() => seen.length === 3);
    await app.close();
    expect(seen).toEqual([1, -1, 2]);
    expect([...sink.letters.values()]).toMatchObject([
      { attempts: 1, error: { code: 'permanent', message: 'never' } },
    ]);
  });

  it('hold the event instead of losing it when Nest hides their errors', async () => {
    await producer.publish([numbered(type, 'key', -1), numbered(type, 'key', 2)]);
    const app = await serve(HidesErrors);
    await eventually(() => seen.length >= 3);
    await app.close();
    expect(new Set(seen)).toEqual(new Set([-1]));
    expect(sink.letters.size).toBe(0);
  });
});
