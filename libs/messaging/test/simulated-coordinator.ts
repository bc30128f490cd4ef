import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Generation, GenerationCommits } from '../src/consumer/generation-commits.ts';
import { type TopicPartitionOffset } from '../src/consumer/topic-partition.ts';

interface Request {
  readonly member: SimulatedMember;
  readonly generation: number;
  readonly offsets: readonly TopicPartitionOffset[];
  readonly answer: PromiseWithResolvers<void>;
}

/** A client that behaves like kafkajs: it sends under its current generation, and resends after transient errors. */
class SimulatedMember {
  /** The generation that the client knows. Its listener is notified a few callbacks later. */
  brokerGeneration = 0;
  /** What the listener knows: the generation, and the offset up to which each of its partitions is handled. */
  generation: Generation = 0;
  handled = new Map<number, number>();
  private session = { isOver: false };
  private isCommitting = false;
  commits: GenerationCommits;

  constructor(private readonly coordinator: SimulatedCoordinator) {
    this.commits = this.newSession();
  }

  newSession(): GenerationCommits {
    const session = { isOver: false };
    this.session = session;
    this.handled = new Map();
    return new GenerationCommits({
      groupId: 'simulated',
      send: (offsets) => this.send(session, offsets),
      cutOff: () => (session.isOver = true),
      limitMs: 60_000,
    });
  }

  get isOver(): boolean {
    return this.session.isOver;
  }

  async join(generation: number, partitions: readonly number[]): Promise<void> {
    this.brokerGeneration = generation;
    if (this.coordinator.chance(0.5)) void this.commit();
    for (let callbacks = 0; callbacks < 5; callbacks += 1) await undefined;
    if (!this.commits.beginGeneration()) return;
    this.generation = this.commits.current;
    this.handled = new Map(
      partitions.map((partition) => [partition, this.coordinator.committedOf(partition)]),
    );
  }

  handleOne(): void {
    for (const [partition, offset] of this.handled)
      if (this.coordinator.chance(0.5)) this.handled.set(partition, offset + 1);
  }

  /** Runs one commit at a time, like an OffsetCommitter. */
  async commit(): Promise<void> {
    if (this.isCommitting) return;
    this.isCommitting = true;
    const offsets = [...this.handled].map(([partition, offset]) => ({
      ...{ topic: 'orders', partition, offset: String(offset), metadata: '' },
    }));
    await this.commits.commit(this.generation, offsets).catch(() => undefined);
    this.isCommitting = false;
  }

  private async send(session: { isOver: boolean }, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    for (;;) {
      if (session.isOver) throw new Error('no connection');
      try {
        return await this.coordinator.request(this, this.brokerGeneration, offsets);
      } catch (error) {
        if ((error as { isPassing?: boolean }).isPassing !== true) throw error;
        await this.coordinator.backOff();
      }
    }
  }
}

/**
 * Simulates a broker that accepts a commit of the current generation for any partitions, as Kafka does, and members that
 * join, handle and commit at random. It records violations in `faults`.
 */
export class SimulatedCoordinator {
  readonly faults: string[] = [];
  accepted = 0;
  private generation = 0;
  private readonly committed: number[];
  private readonly members: SimulatedMember[];
  /** Members that do not know the current generation yet. */
  private joining = new Map<SimulatedMember, readonly number[]>();
  private requests: Request[] = [];
  private backingOff: (() => void)[] = [];
  private isClosed = false;

  constructor(
    private readonly random: () => number,
    { members, partitions }: { members: number; partitions: number },
  ) {
    this.committed = Array.from({ length: partitions }, () => 0);
    this.members = Array.from({ length: members }, () => new SimulatedMember(this));
    this.rebalance();
  }

  committedOf(partition: number): number {
    return this.committed[partition] as number;
  }

  request(
    member: SimulatedMember,
    generation: number,
    offsets: readonly TopicPartitionOffset[],
  ): Promise<void> {
    if (this.isClosed) return Promise.reject(new Error('the broker has gone'));
    const answer = Promise.withResolvers<void>();
    this.requests.push({ member, generation, offsets, answer });
    return answer.promise;
  }

  /** Resolves at a later step. */
  backOff(): Promise<void> {
    const over = Promise.withResolvers<void>();
    this.backingOff.push(over.resolve);
    return over.promise;
  }

  chance(of: number): boolean {
    return this.random() < of;
  }

  async step(): Promise<void> {
    const member = this.members[Math.floor(this.random() * this.members.length)] as SimulatedMember;
    const chance = this.random();
    if (chance < 0.05) this.rebalance();
    else if (chance < 0.3) this.tellOne();
    else if (chance < 0.5) member.handleOne();
    else if (chance < 0.7) void member.commit();
    else if (chance < 0.75) this.backingOff.shift()?.();
    else this.answerOne();
    if (this.chance(0.5)) await nextTurn();
    for (const one of this.members.filter(({ isOver }) => isOver)) this.replaceSession(one);
  }

  /** Ends everything in flight. */
  close(): void {
    this.isClosed = true;
    for (const isOver of this.backingOff) isOver();
    for (const { answer } of this.requests) answer.reject(new Error('the broker has gone'));
  }

  private rebalance(): void {
    this.generation += 1;
    const owners = this.committed.map(() => Math.floor(this.random() * this.members.length));
    this.joining = new Map(
      this.members.map((member, index) => [
        member,
        owners.flatMap((owner, partition) => (owner === index ? [partition] : [])),
      ]),
    );
  }

  private tellOne(): void {
    const [next] = this.joining;
    if (next === undefined) return;
    this.joining.delete(next[0]);
    void next[0].join(this.generation, next[1]);
  }

  private answerOne(): void {
    const request = this.requests.shift();
    if (request === undefined) return;
    if (request.generation !== this.generation) request.answer.reject(new Error('illegal generation'));
    else if (this.chance(0.3))
      request.answer.reject(Object.assign(new Error('loading'), { isPassing: true }));
    else this.accept(request);
  }

  private accept({ offsets, answer }: Request): void {
    this.accepted += 1;
    for (const { partition, offset } of offsets) {
      const before = this.committedOf(partition);
      if (Number(offset) < before) this.faults.push(`${partition} went from ${before} back to ${offset}`);
      this.committed[partition] = Number(offset);
    }
    answer.resolve();
  }

  private replaceSession(member: SimulatedMember): void {
    for (const request of this.requests.filter((one) => one.member === member))
      request.answer.reject(new Error('no connection'));
    this.requests = this.requests.filter((one) => one.member !== member);
    member.commits = member.newSession();
    this.rebalance();
  }
}
