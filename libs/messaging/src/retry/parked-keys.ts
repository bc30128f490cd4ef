/** An event of a key, identified by where its group first read it. The offset defines its place in the order of the key. */
export interface OrderedEvent {
  /** The origin topic. */
  readonly topic: string;
  /** The origin topic and the message's key. Order is kept within a lane. */
  readonly lane: string;
  /** The offset on the origin topic. */
  readonly offset: bigint;
}

interface Outstanding {
  readonly offset: bigint;
  attempts: number;
  /** This assignment has not read the origin topic up to the event yet: earlier events of its key may still arrive. */
  isAhead: boolean;
  /** The copy of the event that is being handled. */
  copy: object | undefined;
  /** Resolved when no earlier event of the key is outstanding. */
  next: PromiseWithResolvers<void> | undefined;
}

/** Number of keys whose finished offset is remembered. */
const REMEMBERED_KEYS = 10_000;

/**
 * The events of one partition number that wait on retry topics, by key. It decides which event may be handled, and which
 * must wait behind an earlier event of its key. The order of a key is kept here, not by the positions of its events on their
 * topics, so a copy may be published again at any time.
 *
 * An instance lives as long as an assignment. The next owner builds its own from the messages on the topics. The previous
 * owner may have published the copy of an event while an earlier event of its key had no copy, or was finished without a
 * committed offset. So an event that is noted from the topics waits until its origin topic has been read up to it, in the
 * order of its key.
 */
export class ParkedKeys {
  /** The outstanding events of each lane, in the order of their offsets. */
  private readonly lanes = new Map<string, Outstanding[]>();
  /** Where reading of each origin topic starts. */
  private readonly beginnings = new Map<string, bigint>();
  /** The offset up to which each lane is finished: a copy of an event up to there is a duplicate. */
  private readonly finishedUpTo = new Map<string, bigint>();

  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  /** Returns how often an outstanding event has failed; undefined for any other event. */
  attemptsOf(event: OrderedEvent): number | undefined {
    return this.find(event)?.attempts;
  }

  /** Returns whether an earlier event of its key is outstanding, or may still arrive from the origin topic. */
  isBlocked({ lane, offset }: OrderedEvent): boolean {
    const first = this.lanes.get(lane)?.[0];
    return first !== undefined && (first.offset < offset || (first.offset === offset && first.isAhead));
  }

  /** Returns whether this assignment has finished the event. */
  hasFinished({ lane, offset }: OrderedEvent): boolean {
    return offset <= (this.finishedUpTo.get(lane) ?? -1n);
  }

  /** Registers that this assignment reads an origin topic from the offset on. Must be called before `note`. */
  beginAt(topic: string, offset: bigint): void {
    this.beginnings.set(topic, offset);
  }

  /** Registers an event that the previous owner left on a retry topic. */
  note(event: OrderedEvent, attempts: number): void {
    const isAhead = event.offset >= (this.beginnings.get(event.topic) ?? event.offset + 1n);
    this.add(event, attempts, isAhead);
  }

  /** Registers that the origin topic has been read up to the event, and that it is the event's turn there. */
  reach({ lane: name, offset }: OrderedEvent): void {
    const lane = this.lanes.get(name);
    if (lane === undefined) return;
    for (const outstanding of lane) if (outstanding.offset <= offset) outstanding.isAhead = false;
    wake(lane[0] as Outstanding);
  }

  /** Adds an event that waits on a retry topic, or is about to. Of its copies, the one with the most attempts counts. */
  add(event: OrderedEvent, attempts: number, isAhead = false): void {
    const known = this.find(event);
    if (known !== undefined) {
      if (attempts > known.attempts) this.giveBack(event);
      known.attempts = Math.max(known.attempts, attempts);
      return;
    }
    const lane = this.lanes.get(event.lane) ?? [];
    this.lanes.set(event.lane, lane);
    const { offset } = event;
    lane.splice(positionIn(lane, offset), 0, { offset, attempts, isAhead, copy: undefined, next: undefined });
  }

  /** @returns whether this copy of the outstanding event may be handled: only one copy may be in progress */
  claim(event: OrderedEvent, copy: object): boolean {
    const claimed = this.find(event);
    if (claimed === undefined) return false;
    claimed.copy ??= copy;
    return claimed.copy === copy;
  }

  /** Releases the claim of the handled copy, because another copy is published in its place. */
  giveBack(event: OrderedEvent): void {
    const claimed = this.find(event);
    if (claimed !== undefined) claimed.copy = undefined;
  }

  /** Removes an event that has been handled or has become a dead letter. */
  finish({ lane: name, offset }: OrderedEvent): void {
    const lane = this.lanes.get(name);
    const position = lane === undefined ? -1 : positionIn(lane, offset);
    if (lane?.[position]?.offset !== offset) return;
    lane.splice(position, 1);
    this.remember(name, offset);
    if (lane.length === 0) this.lanes.delete(name);
    else wake(lane[0] as Outstanding);
  }

  /** Resolves when the outstanding event is the first of its key. Never resolves if this assignment ends before. */
  async whenNext(event: OrderedEvent): Promise<void> {
    const waiting = this.find(event);
    if (waiting === undefined || !this.isBlocked(event)) return;
    waiting.next ??= Promise.withResolvers();
    await waiting.next.promise;
  }

  private remember(lane: string, offset: bigint): void {
    this.finishedUpTo.delete(lane);
    this.finishedUpTo.set(lane, offset);
    if (this.finishedUpTo.size <= REMEMBERED_KEYS) return;
    const [oldest] = this.finishedUpTo.keys();
    this.finishedUpTo.delete(oldest as string);
  }

  private find({ lane: name, offset }: OrderedEvent): Outstanding | undefined {
    const lane = this.lanes.get(name);
    const found = lane?.[positionIn(lane, offset)];
    return found?.offset === offset ? found : undefined;
  }
}

/** Wakes the event once: if an earlier event arrives late, because a crash has lost its offset, the event waits again. */
function wake(outstanding: Outstanding): void {
  outstanding.next?.resolve();
  outstanding.next = undefined;
}

/** Returns the position where the offset is or would be, by binary search. */
function positionIn(lane: readonly Outstanding[], offset: bigint): number {
  let [low, high] = [0, lane.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lane[middle] as Outstanding).offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
