import { retryTopicsOf } from '@groundwork/contracts';
import { RetrySchedule } from '@groundwork/dlq';
import { OffsetWatermark } from '../src/consumer/offset-watermark.ts';
import { type KafkaRecord } from '../src/events/kafka-record.ts';
import { type OutgoingMessage } from '../src/kafka/outgoing-message.ts';
import { ParkedKeys } from '../src/retry/parked-keys.ts';
import { type RetryPath } from '../src/retry/retry-path.ts';
import { RetryPublisher } from '../src/retry/retry-publisher.ts';
import { RetryRoutes } from '../src/retry/retry-routes.ts';
import { delaysOf } from './delays-of.ts';

const ORIGIN = 'orders';
const DELAYS = delaysOf(2_000, 4_000);
const STEP_MS = 500;

interface Work {
  readonly path: RetryPath;
  readonly record: KafkaRecord;
  readonly finish: () => void;
  /** Set once it has left its lane: only its copy remains to be published. */
  publish?: (() => Promise<void>) | undefined;
}

/** The memory of an owner of the partition. All of it is lost when the owner crashes. */
interface Owner {
  readonly parked: ParkedKeys;
  readonly watermarks: ReadonlyMap<string, OffsetWatermark>;
  readonly read: Map<string, number>;
  readonly lanes: Map<string, Work[]>;
  readonly leaving: Set<Work>;
  readonly running: Map<Work, string>;
}

/**
 * Simulates the topics of one partition number as lists, an owner that handles them like a PartitionPipeline, and faults:
 * handlers fail, the broker rejects copies or accepts them without an answer, and the owner crashes at any moment. It
 * records violations in `faults`.
 */
export class SimulatedPartition {
  readonly faults: string[] = [];
  readonly handled = new Map<string, number[]>();
  deaths = 0;
  private readonly log = new Map<string, KafkaRecord[]>();
  private readonly committed = new Map<string, number>();
  private readonly routes: RetryRoutes;
  private now = 1_000_000;
  private isHealthy = false;
  private owner: Owner;

  constructor(
    private readonly random: () => number,
    private readonly keys: number,
  ) {
    const topics = retryTopicsOf('simulated', DELAYS);
    const publish = (messages: readonly OutgoingMessage[]) => this.takeCopies(messages);
    const publisher = new RetryPublisher({ publish, close: () => Promise.resolve() }, topics);
    const schedule = new RetrySchedule(DELAYS);
    this.routes = new RetryRoutes({ schedule, topics, keyOrder: 'block-key', publisher });
    for (const topic of [ORIGIN, ...this.routes.topics]) this.log.set(topic, []);
    this.owner = this.takeOver();
  }

  /** Runs one random step. */
  async step(): Promise<void> {
    this.now += STEP_MS;
    const { lanes, leaving, running } = this.owner;
    const chance = this.random();
    if (chance < 0.12 && !this.isHealthy) this.produce();
    else if (chance < 0.13 && !this.isHealthy) this.die();
    else if (chance < 0.35) this.readOne();
    else if (chance < 0.6) this.takeTurn(this.oneOf([...lanes.keys()]));
    else if (chance < 0.8) await this.publishOne(this.oneOf([...leaving]));
    else if (chance < 0.97) this.endOne(this.oneOf([...running.keys()]));
    else this.commit();
  }

  /** Runs steps without faults or new events, until all waiting events are handled. */
  async heal(steps: number): Promise<void> {
    this.isHealthy = true;
    for (let step = 0; step < steps && !this.isDone; step += 1) await this.step();
  }

  private get isDone(): boolean {
    return [...this.log].every(([topic, records]) => this.watermarkOf(topic) === records.length);
  }

  /** Events without an effect. */
  get missing(): string[] {
    return (this.log.get(ORIGIN) ?? []).flatMap(({ key, offset }) =>
      this.handled.get(String(key))?.includes(Number(offset)) === true ? [] : [`${String(key)}@${offset}`],
    );
  }

  private takeOver(): Owner {
    const parked = new ParkedKeys();
    const topics = [...this.log.keys()];
    for (const topic of topics)
      if (!this.routes.mustBeKnown(topic)) parked.beginAt(topic, BigInt(this.committed.get(topic) ?? 0));
    for (const topic of topics.filter((one) => this.routes.mustBeKnown(one)))
      for (const record of this.log.get(topic)?.slice(this.committed.get(topic) ?? 0) ?? [])
        this.routes.note(record, parked);
    return {
      parked,
      watermarks: new Map(topics.map((topic) => [topic, new OffsetWatermark()])),
      read: new Map(topics.map((topic) => [topic, this.committed.get(topic) ?? 0])),
      ...{ lanes: new Map(), leaving: new Set(), running: new Map() },
    };
  }

  private die(): void {
    this.deaths += 1;
    this.owner = this.takeOver();
  }

  private produce(): void {
    this.append(ORIGIN, { key: `key-${Math.floor(this.random() * this.keys)}`, value: '{}', headers: {} });
  }

  private append(topic: string, { key, value, headers }: Pick<OutgoingMessage, 'key' | 'value' | 'headers'>) {
    const records = this.log.get(topic) as KafkaRecord[];
    records.push({
      ...{ topic, partition: 0, offset: String(records.length), timestamp: '0', headers },
      ...{ key: Buffer.from(String(key)), value: Buffer.from(String(value)) },
    });
  }

  private readOne(): void {
    const topic = this.oneOf([...this.log.keys()]) as string;
    const position = this.owner.read.get(topic) ?? 0;
    const record = this.log.get(topic)?.[position];
    if (record === undefined) return;
    this.owner.read.set(topic, position + 1);
    const watermark = this.owner.watermarks.get(topic) as OffsetWatermark;
    const sequence = watermark.take(record.offset);
    const state = { parked: this.owner.parked, isFull: () => this.random() < 0.2 };
    const path = this.routes.pathOf(record, state, this.now);
    const lane = `${topic} ${path.lane}`;
    const work: Work = { path, record, finish: () => watermark.finish(sequence) };
    this.owner.lanes.set(lane, [...(this.owner.lanes.get(lane) ?? []), work]);
  }

  private takeTurn(lane: string | undefined): void {
    const [work, ...others] = this.owner.lanes.get(lane ?? '') ?? [];
    if (work === undefined || this.owner.running.has(work)) return;
    const course = work.path.next(this.now);
    if (course.kind === 'wait') return;
    if (course.kind === 'handle') return this.begin(work, lane as string);
    if (course.kind === 'move') this.leave(work, course.publish);
    else work.finish();
    this.setLane(lane as string, others);
  }

  private begin(work: Work, lane: string): void {
    const key = String(work.record.key);
    const { offset } = work.path.trail.origin;
    const others = [...this.owner.running.keys()].filter(({ record }) => String(record.key) === key);
    if (others.length > 0) this.faults.push(`two events of ${key} run at once`);
    const before = (this.log.get(ORIGIN) ?? []).slice(0, Number(offset));
    const had = this.handled.get(key) ?? [];
    if (before.some((one) => String(one.key) === key && !had.includes(Number(one.offset))))
      this.faults.push(`${key}@${offset} starts before an earlier event of its key is finished`);
    this.owner.running.set(work, lane);
  }

  private endOne(work: Work | undefined): void {
    if (work === undefined) return;
    const lane = this.owner.running.get(work) as string;
    this.owner.running.delete(work);
    this.setLane(lane, (this.owner.lanes.get(lane) ?? []).slice(1));
    const failed = !this.isHealthy && this.random() < 0.5;
    const course = failed ? work.path.afterFailure([], this.now) : undefined;
    if (course?.kind === 'move') return this.leave(work, course.publish);
    // The event is handled, or given up.
    const key = String(work.record.key);
    this.handled.set(key, [...(this.handled.get(key) ?? []), Number(work.path.trail.origin.offset)]);
    work.path.finished();
    work.finish();
  }

  private leave(work: Work, publish: () => Promise<void>): void {
    work.publish = publish;
    this.owner.leaving.add(work);
  }

  private async publishOne(work: Work | undefined): Promise<void> {
    const { leaving } = this.owner;
    await work?.publish?.().then(
      () => {
        leaving.delete(work);
        work.finish();
      },
      () => undefined,
    );
  }

  /** Simulates a broker that accepts copies, rejects them, or accepts them without an answer. */
  private takeCopies(messages: readonly OutgoingMessage[]): Promise<void> {
    const chance = this.isHealthy ? 1 : this.random();
    if (chance > 0.3) for (const message of messages) this.append(message.topic, message);
    return chance > 0.45 ? Promise.resolve() : Promise.reject(new Error('no answer'));
  }

  private setLane(lane: string, work: Work[]): void {
    if (work.length > 0) this.owner.lanes.set(lane, work);
    else this.owner.lanes.delete(lane);
  }

  private commit(): void {
    for (const topic of this.log.keys()) this.committed.set(topic, this.watermarkOf(topic));
  }

  private watermarkOf(topic: string): number {
    const reached = this.owner.watermarks.get(topic)?.committable;
    return Math.max(Number(reached ?? 0n), this.committed.get(topic) ?? 0);
  }

  private oneOf<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.random() * all.length)];
  }
}
