import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { within } from '../time/within.ts';
import { type ConsumerPause, type ConsumerPauses } from './consumer-pauses.ts';

export interface PauseWatchOptions {
  readonly groupId: string;
  readonly pauses: Pick<ConsumerPauses, 'of'>;
  readonly logger: MessagingLogger;
  /** Called after each answer: the pauses may have changed. */
  readonly answered: () => void;
  /** Default: a second. */
  readonly everyMs?: number;
  /** How long an assignment waits for a fresh answer when there is an older one. Default: two seconds. */
  readonly patienceMs?: number;
}

const EVERY_MS = 1_000;
const PATIENCE_MS = 2_000;
/** A database client gives up earlier. This limit is for a client that would wait for ever. */
const ASK_LIMIT_MS = 30_000;

/**
 * The pauses of a group, as this member knows them. They are read every second, one query at a time, so that an older answer
 * never arrives after a newer one. While the store is unavailable, its last answer applies.
 */
export class PauseWatch {
  private readonly stopping = new AbortController();
  private answer: readonly ConsumerPause[] | undefined;
  private asking: Promise<void> = Promise.resolve();
  private isRunning = false;
  private isLost = false;

  constructor(private readonly options: PauseWatchOptions) {}

  start(): void {
    if (!this.isRunning) void this.run();
    this.isRunning = true;
  }

  /** Starts no further query, and does not wait for the one in flight. Idempotent. */
  stop(): void {
    this.stopping.abort();
  }

  get hasAnswer(): boolean {
    return this.answer !== undefined;
  }

  isPaused(topic: string): boolean {
    return this.answer?.some((one) => one.topic === undefined || one.topic === topic) ?? false;
  }

  /**
   * Resolves when the pauses are known: the store has answered a query that starts after this call, or it has answered
   * before and is unavailable now. A member that has never had an answer waits for one without a limit (or until `stop`): it
   * must not handle paused events, and without the database it could hardly handle any others.
   */
  async known(): Promise<void> {
    const { everyMs = EVERY_MS, patienceMs = PATIENCE_MS } = this.options;
    await within(patienceMs, 'asking for pauses', this.ask()).catch(() => undefined);
    while (this.answer === undefined && !this.isStopping) {
      await pause(everyMs, this.stopping.signal);
      await this.ask();
    }
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      await this.ask();
      await pause(this.options.everyMs ?? EVERY_MS, this.stopping.signal);
    }
  }

  private ask(): Promise<void> {
    this.asking = this.asking.then(() => this.askOnce());
    return this.asking;
  }

  private async askOnce(): Promise<void> {
    const { pauses, groupId, logger, answered } = this.options;
    if (this.isStopping) return;
    try {
      this.answer = await within(ASK_LIMIT_MS, 'asking for pauses', pauses.of(groupId));
      if (this.isLost) logger.info({ groupId }, 'the pauses of the consumer group can be read again');
      this.isLost = false;
      answered();
    } catch (error) {
      // One line for each outage.
      if (!this.isLost)
        logger.warn({ err: error, groupId }, 'the pauses of the consumer group cannot be read; retrying');
      this.isLost = true;
    }
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
