import { setTimeout as delay } from 'node:timers/promises';
import { type Decision, type DecisionLog } from './decision-log.ts';
import { GidPrefix } from './gid-prefix.ts';
import { type Participant } from './participant.ts';

/** What recovery asks of a database: it ends transactions and begins none. */
export type EndableParticipant = Omit<Participant<never>, 'prepare'>;

export interface TwoPhaseRecoveryOptions {
  readonly log: DecisionLog;
  /** That of `TwoPhaseCommit`. */
  readonly prefix: string;
  /** All databases that may hold a prepared transaction, as they are now. */
  readonly participants: () => readonly EndableParticipant[];
  /** Default: 2 s. */
  readonly everyMs?: number;
  /** Told of what could not be finished and is tried again; must not throw. */
  readonly onError: (error: unknown) => void;
}

/**
 * Ends what dead coordinators of the same prefix have left behind, and nothing of other services. Every instance runs one, and any number at once do no harm: each step is
 * idempotent and follows the log.
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

  /** One look. @returns how many transactions it has committed and rolled back, each at one participant */
  async recover(): Promise<{ readonly committed: number; readonly rolledBack: number }> {
    const { log, prefix, onError } = this.options;
    const participants = new Map(this.options.participants().map((one) => [one.name, one]));
    // Before the log is read: a transaction is opened in the log before it is prepared anywhere, so what is prepared by now
    // and not in the log has been aborted.
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
    // A log of a fork's own may return what belongs to other services: their databases are not these participants.
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

  /** @returns how many succeeded; the others are told of and left for the next look */
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
