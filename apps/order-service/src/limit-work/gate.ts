export interface GateOptions {
  /** Default: no bound. */
  readonly maxWaiting?: number;
  /** Makes the error of work that finds the line full. */
  readonly refuse?: () => unknown;
}

/** Lets a number of pieces of work run at a time; later ones wait in line, first come, first served. */
export class Gate {
  private readonly line: (() => void)[] = [];
  private readonly maxWaiting: number;
  private readonly refuse: () => unknown;

  /** @param free how many may run at a time, at least one */
  constructor(
    private free: number,
    { maxWaiting = Infinity, refuse = () => new Error('the line is full') }: GateOptions = {},
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
      // The place is handed on, not given back: what comes just now does not overtake the line.
      const next = this.line.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
