import { type DecisionLog } from './decision-log.ts';
import { GidPrefix } from './gid-prefix.ts';
import { type Participant } from './participant.ts';
import { TwoPhaseAbortedError, TwoPhaseUndecidedError } from './two-phase.errors.ts';

export interface TwoPhaseCommitOptions {
  readonly log: DecisionLog;
  /**
   * Identifies the service. Every gid starts with the prefix, and recovery ends only transactions with it. 1 to 60
   * characters. Two services that share a directory, databases or servers need different prefixes.
   */
  readonly prefix: string;
  /** Time limit for the decision on a transaction. Default: 10 s. */
  readonly withinMs?: number;
  /** Receives each participant that recovery has to finish. Must not throw. */
  readonly onUnfinished?: (gid: string, participant: string, error: unknown) => void;
}

export interface TwoPhaseWork<Session> {
  readonly participant: Participant<Session>;
  readonly work: (session: Session) => Promise<void>;
}

/**
 * Commits on several databases or on none:
 *
 *     open in the log ──▶ prepare everywhere ──▶ decide in the log ──▶ commit everywhere ──▶ forget
 *                               │ one fails            │ too late
 *                               └──────────────────────┴────────────▶ roll back everywhere
 *
 * Before the decision is stored, nothing commits. After it, every participant commits, through this process or through
 * `TwoPhaseRecovery` in any process. Atomic, but not isolated: for some milliseconds one database shows the change and
 * another does not. Prepared transactions keep their locks, including those of slots, until they end. A slot is not switched
 * meanwhile.
 */
export class TwoPhaseCommit {
  private readonly prefix: GidPrefix;

  /** @throws {RangeError} for a prefix that is empty or too long */
  constructor(private readonly options: TwoPhaseCommitOptions) {
    this.prefix = new GidPrefix(options.prefix);
  }

  /**
   * Resolves when the commit is decided. A participant that is unreachable at that time commits when it is back. Prepares in
   * the given order. If all transactions that change the same rows use the same order, they never deadlock.
   *
   * @throws the first error of any work or participant; then nothing has changed on any database
   * @throws {TwoPhaseAbortedError} {TwoPhaseUndecidedError}
   */
  async run<Session>(works: readonly TwoPhaseWork<Session>[]): Promise<void> {
    const { log, withinMs = 10_000 } = this.options;
    const gid = this.prefix.newGid();
    await log.open({ gid, participants: works.map(({ participant }) => participant.name) }, withinMs);
    try {
      for (const { participant, work } of works) await participant.prepare(gid, work);
    } catch (error) {
      await this.rollBack(gid, works);
      throw error;
    }
    if (!(await this.decide(gid))) {
      await this.rollBack(gid, works);
      throw new TwoPhaseAbortedError(gid);
    }
    if (await this.onAll(gid, works, (participant) => participant.commit(gid))) await this.forget(gid);
  }

  private async decide(gid: string): Promise<boolean> {
    try {
      return await this.options.log.commit(gid);
    } catch (error) {
      throw new TwoPhaseUndecidedError(gid, error);
    }
  }

  /**
   * Aborts in the log first. If this process ends half-way, recovery does not find the gid there and rolls the rest back.
   */
  private async rollBack<Session>(gid: string, works: readonly TwoPhaseWork<Session>[]): Promise<void> {
    await this.options.log.abort(gid).catch(() => undefined);
    await this.onAll(gid, works, (participant) => participant.rollback(gid));
  }

  /** @returns whether the call succeeded on all participants */
  private async onAll<Session>(
    gid: string,
    works: readonly TwoPhaseWork<Session>[],
    end: (participant: Participant<Session>) => Promise<void>,
  ): Promise<boolean> {
    const ends = works.map(async ({ participant }) => {
      try {
        await end(participant);
        return true;
      } catch (error) {
        this.options.onUnfinished?.(gid, participant.name, error);
        return false;
      }
    });
    return (await Promise.all(ends)).every(Boolean);
  }

  private async forget(gid: string): Promise<void> {
    // If this fails, recovery removes it later.
    await this.options.log.forget(gid).catch(() => undefined);
  }
}
