import { setTimeout as delay } from 'node:timers/promises';
import { type Decision, type DecisionLog } from './decision-log.ts';
import { GidPrefix } from './gid-prefix.ts';
import { type Participant } from './participant.ts';

/** The part of a participant that recovery uses: it ends transactions and starts none. */
export type EndableParticipant = Omit<Participant<never>, 'prepare'>;

export interface TwoPhaseRecoveryOptions {
  readonly log: DecisionLog;
  /** The prefix of the `TwoPhaseCommit`. */
  readonly prefix: string;
  /** Returns all databases that may currently hold a prepared transaction. */
  readonly participants: () => readonly EndableParticipant[];
  /** Interval between rounds. Default: 2 s. */
  readonly everyMs?: number;
  /** Receives each failure. Recovery retries what failed in the next round. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/**
 * Ends transactions that dead coordinators of the same prefix left unfinished, and none of other services. Every instance
 * runs one. Several at once are safe, because each step is idempotent and follows the log.
 */
export class TwoPhaseRecovery {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  private readonly prefix: GidPrefix;

  /** @throws {RangeError} for a prefix that is empty or too long */
  constructor(private readonly options: TwoPhaseRecoveryOptions) {
    this.prefix = new GidPrefix(options.prefix);
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Runs one round. @returns the number of transactions committed everywhere, and of rollbacks on single participants */
  async recover(): Promise<{ readonly committed: number; readonly rolledBack: number }> {
    const { log, prefix, onError } = this.options;
    const participants = new Map(this.options.participants().map((one) => [one.name, one]));
    // Read the databases before the log. A transaction is opened in the log before it is prepared anywhere, so a transaction
    // that is already prepared and not in the log has been aborted.
    const found = await Promise.all(
      [...participants.values()].map(async (participant) => ({
        participant,
        gids: await participant.prepared(prefix).catch((error: unknown) => {
          onError(error);
          return undefined;
        }),
      })),
    );
    const { open, committed } = await log.abortOverdue(prefix);
    const known = new Set([...open, ...committed].map(({ gid }) => gid));
    const orphans = found.flatMap(({ participant, gids = [] }) =>
      gids.filter((gid) => this.prefix.isOf(gid) && !known.has(gid)).map((gid) => ({ participant, gid })),
    );
    const rolledBack = await this.countOf(orphans, ({ participant, gid }) => participant.rollback(gid));
    // A custom log may return transactions of other services. Their databases are not among these participants.
    const mine = committed.filter(({ gid }) => this.prefix.isOf(gid));
    const finished = await this.countOf(mine, (decision) => this.finish(decision, participants));
    return { committed: finished, rolledBack };
  }

  private async finish(
    { gid, participants: names }: Decision,
    participants: ReadonlyMap<string, EndableParticipant>,
  ): Promise<void> {
    for (const name of names) {
      const participant = participants.get(name);
      if (participant === undefined)
        throw new RangeError(`${gid} is prepared at ${name}, which is not among the participants`);
      await participant.commit(gid);
    }
    await this.options.log.forget(gid);
  }

  /** @returns how many succeeded; failures go to `onError` and are retried in the next round */
  private async countOf<Item>(items: readonly Item[], end: (item: Item) => Promise<void>): Promise<number> {
    let count = 0;
    for (const item of items) {
      await end(item).then(() => (count += 1), this.options.onError);
    }
    return count;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.recover().catch(this.options.onError);
      await delay(this.options.everyMs ?? 2_000, undefined, { signal }).catch(() => undefined);
    }
  }
}
