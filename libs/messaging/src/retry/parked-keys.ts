/** What has an order: an event of a key, by where its group first read it. */
export interface OrderedEvent {
  /** The origin topic. */
  readonly topic: string;
  /** The origin topic and the message's key: order is kept within both. */
  readonly lane: string;
  /** On the origin topic. */
  readonly offset: bigint;
}

interface Outstanding {
  readonly offset: bigint;
  attempts: number;
  /** In this assignment its origin topic has not been read up to it: earlier events of its key may come from there again. */
  isAhead: boolean;
  /** Of its copies, the one that is handled. */
  copy: object | undefined;
  /** Told when nothing before it is outstanding any more. */
  next: PromiseWithResolvers<void> | undefined;
}

/** Of so many keys it is remembered up to where they are finished. */
const REMEMBERED_KEYS = 10_000;

/**
 * The events of one partition number that wait on retry topics, key by key: what may be handled, and what has to wait
 * behind an earlier event of its key. The order of a key is kept here, not by where its events lie on their topics, so
 * they may be published anew at any time.
 *
 * It lives as long as an assignment. The next owner makes its own from what lies on the topics. The owner before may have
 * published the copy of an event while an earlier one of its key had none, or was finished without a committed offset. So what is
 * noted from the topics waits until its origin topic has been read up to it, in the order of its key.
 */
export class ParkedKeys {
  /** In the order of offsets. */
  private readonly lanes = new Map<string, Outstanding[]>();
  /** Where the reading of the origin topics begins. */
  private readonly beginnings = new Map<string, bigint>();
  /** Up to where lanes are finished: a copy of what lies below is a second one. */
  private readonly finishedUpTo = new Map<string, bigint>();

  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  /** How often an outstanding event has failed; undefined for one that is not outstanding. */
  attemptsOf(event: OrderedEvent): number | undefined {
    return this.find(event)?.attempts;
  }

  /** An earlier event of its key is outstanding, or may come again from the origin topic. */
  isBlocked({ lane, offset }: OrderedEvent): boolean {
    const first = this.lanes.get(lane)?.[0];
    return first !== undefined && (first.offset < offset || (first.offset === offset && first.isAhead));
  }

  /** This assignment has finished the event. */
  hasFinished({ lane, offset }: OrderedEvent): boolean {
    return offset <= (this.finishedUpTo.get(lane) ?? -1n);
  }

  /** This assignment reads an origin topic from the offset on. To be told before `note`. */
  beginAt(topic: string, offset: bigint): void {
    this.beginnings.set(topic, offset);
  }

  /** An event that the owner before left waiting on a retry topic. */
  note(event: OrderedEvent, attempts: number): void {
    const isAhead = event.offset >= (this.beginnings.get(event.topic) ?? event.offset + 1n);
    this.add(event, attempts, isAhead);
  }

  /** The origin topic has been read up to the event, and it is the event's turn there. */
  reach({ lane: name, offset }: OrderedEvent): void {
    const lane = this.lanes.get(name);
    if (lane === undefined) return;
    for (const outstanding of lane) if (outstanding.offset <= offset) outstanding.isAhead = false;
    wake(lane[0] as Outstanding);
  }

  /** The event waits on a retry topic, or is about to. Of its copies the one with the most attempts counts. */
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

  /** @returns whether this copy of the outstanding event may be handled: another one must not be at work on it */
  claim(event: OrderedEvent, copy: object): boolean {
    const claimed = this.find(event);
    if (claimed === undefined) return false;
    claimed.copy ??= copy;
    return claimed.copy === copy;
  }

  /** The copy that was handled makes way for another one, which is published instead. */
  giveBack(event: OrderedEvent): void {
    const claimed = this.find(event);
    if (claimed !== undefined) claimed.copy = undefined;
  }

  /** The event has been handled or has become a dead letter. */
  finish({ lane: name, offset }: OrderedEvent): void {
    const lane = this.lanes.get(name);
    const position = lane === undefined ? -1 : positionIn(lane, offset);
    if (lane?.[position]?.offset !== offset) return;
    lane.splice(position, 1);
    this.remember(name, offset);
    if (lane.length === 0) this.lanes.delete(name);
    else wake(lane[0] as Outstanding);
  }

  /** Resolves when the outstanding event is the first of its key; never, if this assignment ends before. */
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

/** Once: should an earlier event come after all, because a crash has lost its offset, whoever was woken waits anew. */
function wake(outstanding: Outstanding): void {
  outstanding.next?.resolve();
  outstanding.next = undefined;
}

/** Where the offset is or would be: a binary search. */
function positionIn(lane: readonly Outstanding[], offset: bigint): number {
  let [low, high] = [0, lane.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lane[middle] as Outstanding).offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
