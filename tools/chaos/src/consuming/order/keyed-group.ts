import { DeadLetterTopic, type KafkaStrategy } from '@groundwork/messaging';
import { eventually, type TestKafka } from '@groundwork/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { createGroup, type Group, join, PARTITIONS, producerTo } from '../support/group.ts';
import { KeyLog } from '../support/key-log.ts';
import { NotedLetters, numberIn } from '../support/noted-letters.ts';
import { numbered } from '../support/numbered.ts';
import { Refused } from '../support/refused.ts';
import { type FailurePlan } from './failure-plan.ts';
import { type KeyedRun } from './order-verdict.ts';

export const KEYS = 1_000;
const DELAYS = [500, 1_000, 2_000].map((ms) => ({ name: `${ms}ms`, ms }));

export interface KeyedOptions {
  readonly eventsOfKey: number;
  readonly failures: FailurePlan;
  /** How long an event takes, and how many events of a partition are handled at once. */
  readonly handling: { readonly ms: number; readonly concurrency: number };
  /** The first event is handled only after this has resolved. */
  readonly begin: Promise<void>;
  /** Called with the key of each handled event. */
  readonly onHandled?: (key: number) => void;
}

/** A group whose events are already on their topic, with one member that starts to handle them when it may begin. */
export class KeyedGroup {
  readonly #options: KeyedOptions;
  readonly #log = new KeyLog();
  readonly #failed = new Map<string, number>();
  readonly #letters = new Set<string>();
  #wrongLetters = 0;
  #atBegin = 0;
  #member: KafkaStrategy | undefined;

  private constructor(options: KeyedOptions) {
    this.#options = options;
  }

  /** Resolves when an event waits at the handler. */
  static async ready(kafka: TestKafka, options: KeyedOptions): Promise<KeyedGroup> {
    const group = await createGroup(kafka, DELAYS);
    await publishAll(group, options.eventsOfKey);
    const keyed = new KeyedGroup(options);
    const sink = new NotedLetters(new DeadLetterTopic(producerTo(kafka.brokers)), (letter) =>
      keyed.#gaveUp(Number(letter.key), numberIn(letter)),
    );
    keyed.#member = await join(group, ({ key, data }) => keyed.#handle(Number(key), data.number), {
      deadLetters: sink,
      concurrency: options.handling.concurrency,
    });
    await eventually(() => keyed.#atBegin > 0, { within: 60_000 });
    return keyed;
  }

  get finishedCount(): number {
    return this.#log.finishedCount;
  }

  get total(): number {
    return KEYS * this.#options.eventsOfKey;
  }

  close(): Promise<void> | undefined {
    return this.#member?.close();
  }

  result(): KeyedRun {
    const planned = this.#planned();
    return {
      keys: KEYS,
      events: this.total,
      failing: planned.filter((times) => times > 0).length,
      forGood: planned.filter((times) => times === Infinity).length,
      finished: this.#log.finishedCount,
      inversions: this.#log.inversions,
      example: this.#log.example,
      again: this.#log.again,
      letters: this.#letters.size,
      wrongLetters: this.#wrongLetters,
    };
  }

  #planned(): number[] {
    const { eventsOfKey, failures } = this.#options;
    return Array.from({ length: this.total }, (_, n) =>
      failures(Math.floor(n / eventsOfKey), n % eventsOfKey),
    );
  }

  async #handle(key: number, number: number): Promise<void> {
    this.#atBegin += 1;
    await this.#options.begin;
    this.#log.tried(`${key}`, number);
    const { ms } = this.#options.handling;
    if (ms > 0) await pause(ms);
    const id = `${key}#${number}`;
    const failed = this.#failed.get(id) ?? 0;
    if (failed < this.#options.failures(key, number)) {
      this.#failed.set(id, failed + 1);
      throw new Refused('not-yet');
    }
    this.#log.finished(`${key}`, number);
    this.#options.onHandled?.(key);
  }

  #gaveUp(key: number, number: number): void {
    if (this.#options.failures(key, number) !== Infinity) this.#wrongLetters += 1;
    this.#letters.add(`${key}#${number}`);
    this.#log.finished(`${key}`, number);
  }
}

/** Publishes one number of every key, then the next number. */
async function publishAll({ type, brokers }: Group, eventsOfKey: number): Promise<void> {
  const producer = producerTo(brokers);
  for (let number = 0; number < eventsOfKey; number += 1) {
    await producer.publish(
      Array.from({ length: KEYS }, (_, key) =>
        numbered(type, { key: `${key}`, number, partition: Math.floor((key * PARTITIONS) / KEYS) }),
      ),
    );
  }
  await producer.close();
}
