/** The request of a task to be run again after a delay, during which its key waits. */
export interface RunAgain {
  readonly againInMs: number;
  /** Ends the delay when it resolves. It must not reject. */
  readonly sooner?: Promise<void>;
}

/** One piece of work of a key. It must not reject: a task must handle its own failures. */
export type Task = () => Promise<RunAgain | undefined>;

export interface KeyedExecutorOptions {
  /** The maximum number of tasks that run at once, each of a different key. */
  readonly concurrency: number;
}

export interface SubmitOptions {
  /** The task finishes earlier work, so it also runs during a `halt`. It needs its own key. */
  readonly finishes?: boolean;
}

interface Lane {
  readonly key: string;
  readonly tasks: Task[];
  readonly finishes: boolean;
  delay: NodeJS.Timeout | undefined;
}

/**
 * Runs the tasks of one key one after the other, in the order of submission, and tasks of different keys concurrently.
 *
 *     lane (one per key):  idle ── submit ──▶ ready ── slot free ──▶ running ──┬─▶ ready (more tasks) or removed
 *                                                                      ▲       │
 *                      waiting ── delay over ──▶ due ── slot free ─────┘       │
 *                         ▲────────────────── `againInMs` ─────────────────────┘
 *
 * A waiting lane occupies no slot, so keys that wait for a retry never starve other keys. When its delay is over, it gets
 * the next free slot, before the ready lanes. Keys that failed together become due together, and still run within the limit.
 *
 * Lanes can be stopped in two ways, which end independently: `suspend` (a dependency fails: only due lanes are tried) and
 * `halt` (no work is wanted: only tasks with `finishes` start). Delays continue meanwhile.
 *
 * The executor accepts every task. The caller must bound it by `size` (see LoadGauge).
 */
export class KeyedExecutor {
  private readonly lanes = new Map<string, Lane>();
  private readonly ready: Lane[] = [];
  /** Lanes whose delay is over. */
  private readonly due: Lane[] = [];
  private readonly running = new Set<Promise<void>>();
  private suspended = false;
  /** Whether one fresh lane may start during a suspension. */
  private probing = false;
  private halted = false;
  private closed = false;
  private pending = 0;
  private idle: PromiseWithResolvers<void> | undefined;

  constructor(private readonly options: KeyedExecutorOptions) {
    if (!Number.isInteger(options.concurrency) || options.concurrency < 1) {
      throw new RangeError(`expected a whole concurrency of at least 1, got ${options.concurrency}`);
    }
  }

  /** The number of unfinished tasks: queued, running and waiting. */
  get size(): number {
    return this.pending;
  }

  /** Whether a task of the key is queued, running or waiting. */
  has(key: string): boolean {
    return this.lanes.has(key);
  }

  /** @returns when every task has finished: at once if there is none, and never if the executor is closed before */
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

  /** From now on starts only lanes whose delay is over: they show whether the dependency works again. */
  suspend(): void {
    this.suspended = true;
  }

  /**
   * Lets one fresh lane start in the next free slot during a suspension: it shows whether lanes other than the due ones
   * succeed.
   *
   * @returns whether there is a fresh lane
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

  /** From now on starts only tasks with `finishes`, whether fresh or due. Running tasks continue to their end. */
  halt(): void {
    this.halted = true;
  }

  /** Ends a `halt`. The lanes resume in their original order. */
  release(): void {
    this.halted = false;
    this.fillSlots();
  }

  /** Stops starting tasks, drops queued and waiting tasks, and resolves when the running tasks have ended. */
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
