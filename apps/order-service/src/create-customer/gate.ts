/** Lets a number of pieces of work run at a time; whoever comes later waits in line, first come, first served. */
export class Gate {
  private readonly line: (() => void)[] = [];

  /** @param free how many may run at a time, at least one */
  constructor(private free: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((enter) => this.line.push(enter));
    try {
      return await work();
    } finally {
      // The place is handed on, not given back: nobody who comes just now gets in front of the line.
      const next = this.line.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
