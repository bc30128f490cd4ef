import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';

export interface LiveConfigurationOptions<Snapshot> {
  /** Reads the text of the configuration. It may reject. */
  readonly read: () => Promise<string>;
  /** Makes a snapshot that is ready to serve. It rejects for a text with faults. */
  readonly compile: (text: string, previous: Snapshot) => Promise<Snapshot>;
  /** Called when a snapshot has taken the place of another one. Requests that have begun still use the other one. */
  readonly onChange: (current: Snapshot, previous: Snapshot) => void;
  /** Called once for each text that is refused, and once when the text cannot be read. The last good snapshot stays in use. */
  readonly onRefused: (error: unknown) => void;
  /** How often the text is read. Default: 1,000. */
  readonly everyMs?: number;
  readonly clock?: Clock;
}

/**
 * Holds the snapshot of a configuration, and follows its text. A request takes `current` once and keeps it, so it sees one version from its
 * begin to its end. The text is read from time to time instead of watched: files that an orchestrator replaces by renaming a folder, and
 * files on network mounts, do not report changes.
 */
export class LiveConfiguration<Snapshot> {
  readonly #options: LiveConfigurationOptions<Snapshot>;
  readonly #everyMs: number;
  readonly #clock: Clock;
  #current: Snapshot;
  /** The last text that was compiled or refused. */
  #text: string;
  #isUnreadable = false;
  #looking: Promise<void> | undefined;
  #cancel: () => void = () => undefined;
  #isClosed = false;

  constructor(text: string, snapshot: Snapshot, options: LiveConfigurationOptions<Snapshot>) {
    this.#text = text;
    this.#current = snapshot;
    this.#options = options;
    this.#everyMs = options.everyMs ?? 1_000;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  get current(): Snapshot {
    return this.#current;
  }

  /** Begins to follow the text. */
  start(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#clock.after(this.#everyMs, () => {
      void this.look().then(() => this.start());
    });
  }

  /** Reads the text now. Resolves when a change of it is in use or refused. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Stops following. Resolves when no change is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { read, compile, onChange, onRefused } = this.#options;
    let text: string;
    try {
      text = await read();
      this.#isUnreadable = false;
    } catch (error) {
      if (!this.#isUnreadable) onRefused(error);
      this.#isUnreadable = true;
      return;
    }
    if (text === this.#text || this.#isClosed) return;
    this.#text = text;
    try {
      const previous = this.#current;
      this.#current = await compile(text, previous);
      onChange(this.#current, previous);
    } catch (error) {
      onRefused(error);
    }
  }
}
