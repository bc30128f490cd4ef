/** What has an order: an event of a key, by where its group first read it. */
export interface OrderedEvent {
  /** The origin topic and the message's key: order is kept within both. */
  readonly lane: string;
  /** On the origin topic. */
  readonly offset: bigint;
}

interface Outstanding {
  readonly offset: bigint;
  attempts: number;
  /** Told when nothing before it is outstanding any more. */
  next: PromiseWithResolvers<void> | undefined;
}

/**
 * The events of one partition number that wait on retry topics, key by key: what may be handled, and what has to wait
 * behind an earlier event of its key. The order of a key is kept here, not by where its events lie on their topics, so
 * they may be published anew at any time.
 *
 * It lives as long as an assignment. The next owner makes its own from what lies on the topics.
 */
export class ParkedKeys {
  /** In the order of offsets. */
  private readonly lanes = new Map<string, Outstanding[]>();

  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  /** How often an outstanding event has failed; undefined for one that is not outstanding. */
  attemptsOf(event: OrderedEvent): number | undefined {
    return this.find(event)?.attempts;
  }

  /** An earlier event of its key is outstanding. */
  isBlocked({ lane, offset }: OrderedEvent): boolean {
    const first = this.lanes.get(lane)?.[0];
    return first !== undefined && first.offset < offset;
  }

  /** The event waits on a retry topic, or is about to. Of its copies the one with the most attempts counts. */
  add(event: OrderedEvent, attempts: number): void {
    const known = this.find(event);
    if (known !== undefined) {
      known.attempts = Math.max(known.attempts, attempts);
      return;
    }
    const lane = this.lanes.get(event.lane) ?? [];
    this.lanes.set(event.lane, lane);
    lane.splice(positionIn(lane, event.offset), 0, { offset: event.offset, attempts, next: undefined });
  }

  /** The event has been handled or has become a dead letter. */
  finish({ lane: name, offset }: OrderedEvent): void {
    const lane = this.lanes.get(name);
    const position = lane === undefined ? -1 : positionIn(lane, offset);
    if (lane?.[position]?.offset !== offset) return;
    lane.splice(position, 1);
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
