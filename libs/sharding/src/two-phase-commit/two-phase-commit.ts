import { type DecisionLog } from './decision-log.ts';
import { GidPrefix } from './gid-prefix.ts';
import { type Participant } from './participant.ts';
import { TwoPhaseAbortedError, TwoPhaseUndecidedError } from './two-phase.errors.ts';

export interface TwoPhaseCommitOptions {
  readonly log: DecisionLog;
  /**
   * Names the service: begins every gid, and recovery ends only the transactions that have it. 1 to 60 characters. Two services
   * that share a directory, databases or servers need different ones.
   */
  readonly prefix: string;
  /** How long a transaction may take to be decided on. Default: 10 s. */
  readonly withinMs?: number;
  /** Told of what recovery has to finish; must not throw. */
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
 * Until the decision is written nothing commits; from then on everything does, by this process or by `TwoPhaseRecovery` in
 * any other. Atomic, not isolated: for some milliseconds one database shows the change and another does not yet. Prepared
 * transactions keep their locks until they end, those of slots included, so a slot with one is not switched meanwhile.
 */
export class TwoPhaseCommit {
  private readonly prefix: GidPrefix;

  /** @throws {RangeError} for a prefix that is empty or too long */
  constructor(private readonly options: TwoPhaseCommitOptions) {
    this.prefix = new GidPrefix(options.prefix);
  }

  /**
   * Resolves when the change is decided on: a participant that cannot be reached any more commits when it is back. Prepares
   * in the order given: as long as all who change the same rows give the same order, they never wait for each other in a circle.
   *
   * @throws the first error of any work or participant; nothing has changed anywhere then
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

  /** The log first: should this end half-way, recovery finds nothing there and rolls the rest back. */
  private async rollBack<Session>(gid: string, works: readonly TwoPhaseWork<Session>[]): Promise<void> {
    await this.options.log.abort(gid).catch(() => undefined);
    await this.onAll(gid, works, (participant) => participant.rollback(gid));
  }

  /** @returns whether all did it */
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
    // What is not forgotten here, recovery forgets.
    await this.options.log.forget(gid).catch(() => undefined);
  }
}
