/**
 * Writes one note to two ledgers and kills itself:
 * `two-phase.process.ts DIRECTORY ONE TWO before-decision|after-decision|after-commit`.
 */
import { Pool } from 'pg';
import { PostgresDecisionLog } from '../src/adapters/postgres/decision-log.ts';
import { type DecisionLog } from '../src/two-phase-commit/decision-log.ts';
import { TwoPhaseCommit } from '../src/two-phase-commit/two-phase-commit.ts';
import { Ledger, PREFIX } from './ledgers.ts';

const [directory, one, two, killAt] = process.argv.slice(2) as [string, string, string, string];
const die = () => process.kill(process.pid, 'SIGKILL');
const ledgers = [new Ledger('one', one), new Ledger('two', two)] as const;
const real = new PostgresDecisionLog(new Pool({ connectionString: directory, max: 2 }));
const log: DecisionLog = {
  open: (transaction, withinMs) => real.open(transaction, withinMs),
  abort: (gid) => real.abort(gid),
  abortOverdue: (prefix) => real.abortOverdue(prefix),
  commit: async (gid) => {
    if (killAt === 'before-decision') die();
    const decided = await real.commit(gid);
    if (killAt === 'after-decision') die();
    return decided;
  },
  forget: async () => {
    die();
    await Promise.resolve();
  },
};
await new TwoPhaseCommit({ log, prefix: PREFIX, withinMs: 1_000 }).run(
  ledgers.map((ledger) => ledger.write('paid')),
);
