export interface GateOptions {
  /** Maximum number of waiting tasks. Default: no limit. */
  readonly maxWaiting?: number;
  /** Creates the error of a task that finds the queue full. */
  readonly refuse?: () => unknown;
}

/** Limits how many tasks run at a time. Further tasks wait in a queue, first in, first out. */
export class Gate {
  private readonly line: (() => void)[] = [];
  private readonly maxWaiting: number;
  private readonly refuse: () => unknown;

  /** @param free maximum number of tasks that run at a time, at least one */
  constructor(
    private free: number,
    { maxWaiting = Infinity, refuse = () => new Error('the queue is full') }: GateOptions = {},
  ) {
    this.maxWaiting = maxWaiting;
    this.refuse = refuse;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else if (this.line.length >= this.maxWaiting) throw this.refuse();
    else await new Promise<void>((enter) => this.line.push(enter));
    try {
      return await work();
    } finally {
      // Passes the place directly to the next waiting task, so that a new task cannot overtake the queue.
      const next = this.line.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
