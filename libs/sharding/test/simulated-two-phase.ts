import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Decision, type DecisionLog } from '../src/two-phase-commit/decision-log.ts';
import { type Participant } from '../src/two-phase-commit/participant.ts';
import { TwoPhaseCommit } from '../src/two-phase-commit/two-phase-commit.ts';
import { TwoPhaseRecovery } from '../src/two-phase-commit/two-phase-recovery.ts';
import { TwoPhaseUndecidedError } from '../src/two-phase-commit/two-phase.errors.ts';

const PREFIX = 'shop:';
const FOREIGN_GID = `${PREFIX}billing:00000000-0000-4000-8000-000000000000`;
const NAMES = ['a', 'b', 'c'];
const WITHIN_STEPS = 60;

/** A process that coordinates or recovers. A dead one receives no answers. */
interface Actor {
  isDead: boolean;
  /** For a coordinator: how its caller learned the outcome, if at all. */
  outcome?: 'committed' | 'rejected' | 'undecided';
}

/** A call in flight. The simulation decides when its effect happens. */
interface Call {
  readonly actor: Actor;
  readonly perform: () => void;
  readonly fail: () => void;
}

interface Transaction {
  readonly actor: Actor;
  readonly preparedAt: Set<string>;
  readonly committedAt: Set<string>;
}

/**
 * Coordinators and two recoveries over three databases and a decision log in memory. Calls take effect in any order, may
 * fail before or after their effect, and still take effect after their caller has died. Violations of the protocol are in
 * `faults`.
 */
export class SimulatedTwoPhase {
  readonly faults: string[] = [];
  deaths = 0;
  committed = 0;
  private now = 0;
  private isHealed = false;
  private calls: Call[] = [];
  private readonly actors: Actor[] = [];
  private readonly transactions = new Map<string, Transaction>();
  /** The decision log. */
  private readonly open = new Map<string, { readonly decision: Decision; readonly overdueAt: number }>();
  private readonly decided = new Map<string, Decision>();
  private readonly everDecided = new Set<string>();
  private readonly recovering = new Set<Actor>();
  private readonly recoveries: Actor[] = [{ isDead: false }, { isDead: false }];

  constructor(private readonly random: () => number) {
    this.transactions.set(FOREIGN_GID, {
      actor: { isDead: true },
      preparedAt: new Set(NAMES),
      committedAt: new Set(),
    });
  }

  async step(): Promise<void> {
    this.now += 1;
    if (!this.isHealed && this.chance(0.06)) this.coordinate();
    if (!this.isHealed && this.chance(0.02)) this.killOne();
    if (this.chance(0.1)) for (const actor of this.recoveries) this.recover(actor);
    const [call] = this.calls.splice(Math.floor(this.random() * this.calls.length), 1);
    if (call !== undefined) this.carryOut(call);
    await nextTurn();
  }

  /** Stops all failures. Recovery must then end all transactions. */
  async heal(): Promise<void> {
    this.isHealed = true;
    for (let steps = 0; steps < 20_000 && !this.isQuiet(); steps += 1) await this.step();
    if (!this.isQuiet()) this.faults.push('recovery did not end all transactions');
    this.compareOutcomes();
  }

  private isQuiet(): boolean {
    const left = [...this.transactions].filter(
      ([gid, { preparedAt }]) => gid !== FOREIGN_GID && preparedAt.size > 0,
    );
    return left.length + this.open.size + this.decided.size + this.calls.length === 0;
  }

  private compareOutcomes(): void {
    for (const [gid, { actor, preparedAt, committedAt }] of this.transactions) {
      if (gid === FOREIGN_GID) {
        if (preparedAt.size < NAMES.length) this.faults.push('a transaction of another service was ended');
        continue;
      }
      if (committedAt.size % NAMES.length !== 0)
        this.faults.push(`${gid} is committed only on ${[...committedAt].join(', ')}`);
      if (actor.outcome === 'committed' && committedAt.size === 0)
        this.faults.push(`${gid} was reported as committed, but is not`);
      if (actor.outcome === 'rejected' && committedAt.size > 0)
        this.faults.push(`${gid} was reported as failed, but is committed`);
      if (committedAt.size > 0) this.committed += 1;
    }
  }

  private coordinate(): void {
    const actor: Actor = { isDead: false };
    this.actors.push(actor);
    const works = NAMES.map((name) => ({
      participant: this.participant(name, actor),
      work: () =>
        this.isHealed || this.chance(0.95) ? Promise.resolve() : Promise.reject(new Error('work')),
    }));
    new TwoPhaseCommit({ log: this.log(actor), prefix: PREFIX, withinMs: WITHIN_STEPS }).run(works).then(
      () => (actor.outcome = 'committed'),
      (error: unknown) =>
        (actor.outcome = error instanceof TwoPhaseUndecidedError ? 'undecided' : 'rejected'),
    );
  }

  private recover(actor: Actor): void {
    if (this.recovering.has(actor)) return;
    this.recovering.add(actor);
    const recovery = new TwoPhaseRecovery({
      log: this.log(actor),
      prefix: PREFIX,
      participants: () => NAMES.map((name) => this.participant(name, actor)),
      onError: () => undefined,
    });
    void recovery
      .recover()
      .catch(() => undefined)
      .finally(() => this.recovering.delete(actor));
  }

  private killOne(): void {
    const living = this.actors.filter(({ isDead, outcome }) => !isDead && outcome === undefined);
    const victim = living[Math.floor(this.random() * living.length)];
    if (victim === undefined) return;
    victim.isDead = true;
    this.deaths += 1;
  }

  private participant(name: string, actor: Actor): Participant<undefined> {
    const of = (gid: string) => this.transactionOf(gid, actor);
    return {
      name,
      prepare: async (gid, work) => {
        await this.call(actor, () => of(gid));
        await work(undefined);
        await this.call(actor, () => of(gid).preparedAt.add(name));
      },
      commit: (gid) => this.call(actor, () => this.commitAt(name, gid, of(gid))),
      rollback: (gid) => this.call(actor, () => this.rollBackAt(name, gid, of(gid))),
      prepared: (prefix) =>
        this.call(actor, () =>
          [...this.transactions].flatMap(([gid, { preparedAt }]) =>
            gid.startsWith(prefix) && preparedAt.has(name) ? [gid] : [],
          ),
        ),
    };
  }

  private log(actor: Actor): DecisionLog {
    return {
      open: (decision, withinMs) =>
        this.call(actor, () => {
          this.open.set(decision.gid, { decision, overdueAt: this.now + withinMs });
        }),
      commit: (gid) =>
        this.call(actor, () => {
          const opened = this.open.get(gid);
          if (opened === undefined) return false;
          this.open.delete(gid);
          this.decided.set(gid, opened.decision);
          this.everDecided.add(gid);
          return true;
        }),
      abort: (gid) =>
        this.call(actor, () => {
          this.open.delete(gid);
          return !this.decided.has(gid);
        }),
      forget: (gid) => this.call(actor, () => void this.decided.delete(gid)),
      abortOverdue: () =>
        this.call(actor, () => {
          for (const [gid, { overdueAt }] of this.open) if (overdueAt <= this.now) this.open.delete(gid);
          const open = [...this.open.values()].map(({ decision }) => decision);
          return { open, committed: [...this.decided.values()] };
        }),
    };
  }

  private commitAt(name: string, gid: string, { preparedAt, committedAt }: Transaction): void {
    if (!this.everDecided.has(gid)) this.faults.push(`${gid} was committed on ${name} without a decision`);
    if (preparedAt.delete(name)) committedAt.add(name);
  }

  private rollBackAt(name: string, gid: string, { preparedAt }: Transaction): void {
    if (preparedAt.delete(name) && this.everDecided.has(gid))
      this.faults.push(`${gid} was rolled back on ${name} after the decision to commit`);
  }

  private transactionOf(gid: string, actor: Actor): Transaction {
    const known = this.transactions.get(gid);
    if (known !== undefined) return known;
    const transaction = { actor, preparedAt: new Set<string>(), committedAt: new Set<string>() };
    this.transactions.set(gid, transaction);
    return transaction;
  }

  private call<Result>(actor: Actor, effect: () => Result): Promise<Result> {
    if (actor.isDead) return new Promise(() => undefined);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const fail = () => {
      if (!actor.isDead) reject(new Error('the connection is lost'));
    };
    const perform = () => {
      const result = effect();
      if (actor.isDead) return;
      if (this.failsNow()) fail();
      else resolve(result);
    };
    this.calls.push({ actor, perform, fail });
    return promise;
  }

  private carryOut({ perform, fail }: Call): void {
    if (this.failsNow()) fail();
    else perform();
  }

  private failsNow(): boolean {
    return !this.isHealed && this.chance(0.04);
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }
}
