/** What a task may ask for: to be run again after a delay, its key waiting meanwhile. */
export interface RunAgain {
  readonly againInMs: number;
  /** Ends the delay when it resolves. It must not reject. */
  readonly sooner?: Promise<void>;
}

/** One piece of work of a key. It must not reject: what a failure means is the task's own business. */
export type Task = () => Promise<RunAgain | undefined>;

export interface KeyedExecutorOptions {
  /** How many tasks run at once, each of another key. */
  readonly concurrency: number;
}

export interface SubmitOptions {
  /** The task brings to its end what has begun before, so that `halt` does not hold it up. Of a key of its own. */
  readonly finishes?: boolean;
}

interface Lane {
  readonly key: string;
  readonly tasks: Task[];
  readonly finishes: boolean;
  delay: NodeJS.Timeout | undefined;
}

/**
 * Runs tasks of one key one after the other, in the order they were submitted, and tasks of different keys at once.
 *
 *     lane (one a key):  idle ── submit ──▶ ready ── slot free ──▶ running ──┬─▶ ready (more tasks) or gone
 *                                                                    ▲       │
 *                    waiting ── delay over ──▶ due ── slot free ─────┘       │
 *                       ▲────────────────── `againInMs` ─────────────────────┘
 *
 * A waiting lane holds no slot, so keys that wait for a retry never starve the others. When its delay is over it gets the
 * next free slot, before the ready ones: keys that failed together come back together, and still within the limit.
 *
 * Two things hold lanes up, and neither undoes the other: `suspend` (things are not well: only those that are due are tried)
 * and `halt` (nothing is wanted at all). Delays run on meanwhile.
 *
 * The executor itself takes whatever it is given: the caller bounds it by `size` (see LoadGauge).
 */
export class KeyedExecutor {
  private readonly lanes = new Map<string, Lane>();
  private readonly ready: Lane[] = [];
  /** Back from a delay. */
  private readonly due: Lane[] = [];
  private readonly running = new Set<Promise<void>>();
  private suspended = false;
  /** One fresh lane may start all the same. */
  private probing = false;
  private halted = false;
  private closed = false;
  private pending = 0;
  private idle: PromiseWithResolvers<void> | undefined;

  constructor(private readonly options: KeyedExecutorOptions) {
    if (!Number.isInteger(options.concurrency) || options.concurrency < 1) {
      throw new RangeError(`expected a concurrency of at least 1, not ${options.concurrency}`);
    }
  }

  /** Tasks not finished: queued, running and waiting. */
  get size(): number {
    return this.pending;
  }

  /** Whether a task of the key is queued, running or waiting. */
  has(key: string): boolean {
    return this.lanes.has(key);
  }

  /** @returns when every task has finished; at once if there is none, never if the executor is closed before */
  async whenIdle(): Promise<void> {
    if (this.pending === 0) return;
    this.idle ??= Promise.withResolvers();
    await this.idle.promise;
  }

  submit(key: string, task: Task, { finishes = false }: SubmitOptions = {}): void {
    if (this.closed) return;
    this.pending += 1;
    const lane = this.lanes.get(key);
    if (lane !== undefined) {
      lane.tasks.push(task);
      return;
    }
    const opened: Lane = { key, tasks: [task], finishes, delay: undefined };
    this.lanes.set(key, opened);
    this.ready.push(opened);
    this.fillSlots();
  }

  /** Starts no lane from now on, but those that come back from a delay: they find out whether things are well again. */
  suspend(): void {
    this.suspended = true;
  }

  /**
   * Lets one fresh lane start although suspended, in the next free slot: it finds out whether things are well for others than
   * those that are due.
   *
   * @returns whether there is one
   */
  probe(): boolean {
    const isFresh = this.ready.length > 0;
    this.probing = isFresh;
    this.fillSlots();
    return isFresh;
  }

  resume(): void {
    this.suspended = this.probing = false;
    this.fillSlots();
  }

  /** Starts nothing from now on, whatever its delay, but what `finishes`; running tasks end. */
  halt(): void {
    this.halted = true;
  }

  /** Ends a `halt`: the lanes go on in the order in which they would have. */
  release(): void {
    this.halted = false;
    this.fillSlots();
  }

  /** Starts nothing any more, forgets what is queued or waiting, and resolves when the running tasks have ended. */
  async close(): Promise<void> {
    this.closed = true;
    for (const lane of this.lanes.values()) clearTimeout(lane.delay);
    this.lanes.clear();
    this.ready.length = 0;
    this.due.length = 0;
    await Promise.all(this.running);
    this.pending = 0;
  }

  private fillSlots(): void {
    while (this.running.size < this.options.concurrency) {
      const lane = this.takeDue() ?? this.takeFresh();
      if (lane === undefined) return;
      this.start(lane);
    }
  }

  private takeDue(): Lane | undefined {
    return this.halted ? takeFinishing(this.due) : this.due.shift();
  }

  private takeFresh(): Lane | undefined {
    if (this.suspended && !this.probing) return undefined;
    const lane = this.takeReady();
    if (lane !== undefined) this.probing = false;
    return lane;
  }

  private takeReady(): Lane | undefined {
    return this.halted ? takeFinishing(this.ready) : this.ready.shift();
  }

  private start(lane: Lane): void {
    const run = this.runHead(lane).finally(() => {
      this.running.delete(run);
      this.fillSlots();
    });
    this.running.add(run);
  }

  private async runHead(lane: Lane): Promise<void> {
    const again = await lane.tasks[0]?.();
    if (this.closed) return;
    if (again !== undefined) {
      this.delay(lane, again);
      return;
    }
    lane.tasks.shift();
    if (lane.tasks.length > 0) this.ready.push(lane);
    else this.lanes.delete(lane.key);
    this.finishOne();
  }

  private delay(lane: Lane, { againInMs, sooner }: RunAgain): void {
    const isOver = () => {
      if (this.closed || lane.delay !== delay) return;
      clearTimeout(delay);
      lane.delay = undefined;
      this.due.push(lane);
      this.fillSlots();
    };
    const delay = setTimeout(isOver, againInMs);
    lane.delay = delay;
    void sooner?.then(isOver);
  }

  private finishOne(): void {
    this.pending -= 1;
    if (this.pending > 0) return;
    this.idle?.resolve();
    this.idle = undefined;
  }
}

function takeFinishing(lanes: Lane[]): Lane | undefined {
  const index = lanes.findIndex(({ finishes }) => finishes);
  return index === -1 ? undefined : lanes.splice(index, 1)[0];
}
