import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { within } from '../time/within.ts';
import { type ConsumerPause, type ConsumerPauses } from './consumer-pauses.ts';

export interface PauseWatchOptions {
  readonly groupId: string;
  readonly pauses: Pick<ConsumerPauses, 'of'>;
  readonly logger: MessagingLogger;
  /** Called after each answer: what is paused may be something else now. */
  readonly answered: () => void;
  /** Default: a second. */
  readonly everyMs?: number;
  /** How long an assignment waits for a fresh answer where there is an older one. Default: two seconds. */
  readonly patienceMs?: number;
}

const EVERY_MS = 1_000;
const PATIENCE_MS = 2_000;
/** Whoever asks a database gives up before; this is for one that would wait for ever. */
const ASK_LIMIT_MS = 30_000;

/**
 * What operators have paused of a group, as this member knows it: asked for every second, one question at a time, so that no
 * older answer comes after a newer one. While the store cannot be asked, its last answer holds.
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

  /** Asks no more; what is asked at the moment is nobody's business any more. Idempotent. */
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
   * Resolves when it is known what is paused: the store has answered a question from now on, or has answered before and cannot be
   * asked at the moment. A member that has never had an answer waits for one, however long (or until `stop`): it must not
   * handle what is paused, and with the database away it could hardly handle anything else.
   */
  async known(): Promise<void> {
    const { everyMs = EVERY_MS, patienceMs = PATIENCE_MS } = this.options;
    const asked = this.ask();
    if (this.answer === undefined) await asked;
    else await within(patienceMs, 'asking for pauses', asked).catch(() => undefined);
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
      if (this.isLost) logger.info({ groupId }, 'it is known again what is paused');
      this.isLost = false;
      answered();
    } catch (error) {
      // One line for each outage.
      if (!this.isLost) logger.warn({ err: error, groupId }, 'it cannot be asked what is paused');
      this.isLost = true;
    }
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
