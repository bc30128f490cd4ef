import { setTimeout as delay } from 'node:timers/promises';
import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type Chunk } from './chunk-store.ts';
import { MoverContext } from './mover-context.ts';
import { MoverRound } from './mover-round.ts';
import { type MoverName, MoverSession } from './mover-session.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { type TableRoles } from './tables/table-roles.ts';

export interface MoverLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface MoverOptions {
  readonly directoryUrl: string;
  /** Addresses that override those in the directory. */
  readonly shardUrls: ReadonlyMap<string, string>;
  readonly name: MoverName;
  readonly tables: TableRoles;
  readonly pace: PaceOptions;
  readonly logger: MoverLogger;
  /** Called at each step; tests end the process there. */
  readonly reached?: (step: MoverStep) => void;
}

/** `starting` also while the directory is unreachable. */
export type MoverRole = 'starting' | 'standing by' | 'at work';

const POLL_MS = 250;
const RETRY_MS = 500;

/**
 * Moves slots as requested in the directory. Only one mover is active, and others stand by. It has no state of its own: if
 * it is killed at any moment, it or another mover resumes from the state in the directory and on the shards.
 */
export class Mover {
  private told = '';
  private isNow: MoverRole = 'starting';

  constructor(private readonly options: MoverOptions) {}

  get role(): MoverRole {
    return this.isNow;
  }

  /** Whether this mover is active and not standing by. */
  get isActive(): boolean {
    return this.isNow === 'at work';
  }

  /** Runs, active or standing by, until the signal is aborted. Restarts after errors. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.work(signal, false);
      } catch (error) {
        if (signal.aborted) return;
        this.isNow = 'starting';
        this.tellOnce(error);
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /**
   * Runs until every move has reached its goal.
   *
   * @throws {ReshardingError} `mover-running`, or the error that stops it
   */
  async runOnce(signal: AbortSignal): Promise<void> {
    await this.work(signal, true);
  }

  private async work(signal: AbortSignal, once: boolean): Promise<void> {
    const { options } = this;
    const session = await this.openSession(signal, once);
    const context = new MoverContext({
      directory: session,
      generation: session.generation,
      shardUrls: options.shardUrls,
      tables: options.tables,
      pace: new Pace(options.pace),
      reached: options.reached ?? (() => undefined),
    });
    this.isNow = 'at work';
    this.told = '';
    options.logger.info({ generation: session.generation }, 'this mover is now active');
    try {
      await this.rounds(session, context, signal, once);
    } finally {
      this.isNow = 'starting';
      await context.close();
      await session.close();
    }
  }

  private openSession(signal: AbortSignal, once: boolean): Promise<MoverSession> {
    const { directoryUrl, name } = this.options;
    if (once) return MoverSession.open(directoryUrl, name);
    const standsBy = (why: ReshardingError) => {
      this.isNow = 'standing by';
      this.tellOnce(why);
    };
    return MoverSession.standBy(directoryUrl, name, { signal, standsBy });
  }

  private async rounds(
    session: MoverSession,
    context: MoverContext,
    signal: AbortSignal,
    once: boolean,
  ): Promise<void> {
    const log = {
      waits: (chunk: Chunk, reason: string) => this.tell(`${chunk.id} ${reason}`, chunk, reason),
    };
    while (!signal.aborted) {
      if (session.lost)
        throw new ReshardingError(
          'mover-superseded',
          'the connection to the directory is lost; another mover may be active',
        );
      const { progressed, idle } = await new MoverRound(context, log, signal).run();
      if (once && idle && !progressed) return;
      if (!progressed) await session.waitForWishes(POLL_MS, signal);
    }
  }

  private tellOnce(error: unknown): void {
    const { message } = error as Error;
    if (message === this.told) return;
    this.told = message;
    const line =
      (error as { code?: string }).code === 'mover-running' ? 'standing by' : 'the mover failed and restarts';
    this.options.logger.warn({ err: error }, line);
  }

  private tell(what: string, chunk: Chunk, reason: string): void {
    if (what === this.told) return;
    this.told = what;
    this.options.logger.warn(
      { move: chunk.move, chunk: chunk.id, slots: chunk.slots.length, reason },
      'a chunk waits',
    );
  }
}
