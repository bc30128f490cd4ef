/**
 * NAIVE ON PURPOSE: the write-behind cache of many articles. The lab `write-behind` shows how it fails; use `WriteBehind` of
 * `libs/caching`.
 *
 * The buffer is in the memory of one process, so acknowledged writes die with it. A flush empties the buffer before the database has
 * the batch, so a batch that fails is lost. Each process has its own buffer, and a flush writes without comparing versions: of two
 * processes, the later flush wins, not the later write.
 */
export class NaiveWriteBehind<Value> {
  private buffer = new Map<string, Value>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly upsert: (keys: string[], values: Value[]) => Promise<unknown>,
    flushEveryMs: number,
    onError: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.flush().catch(onError), flushEveryMs);
  }

  get(key: string): Value | undefined {
    return this.buffer.get(key);
  }

  /** Returns at once: the write is acknowledged. */
  put(key: string, value: Value): void {
    this.buffer.set(key, value);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async flush(): Promise<void> {
    const batch = this.buffer;
    if (batch.size === 0) return;
    this.buffer = new Map();
    await this.upsert([...batch.keys()], [...batch.values()]);
  }
}
