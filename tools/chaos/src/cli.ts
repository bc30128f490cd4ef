/** `npm run chaos -- DRILL`: load and faults on purpose, and nothing may be lost or happen twice. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DRILLS, type DrillName } from './resharding/drill-names.ts';

const HELP = `npm run chaos -- events [--events N] [--fault no-inbox] [--json] [--keep]

Starts a platform of its own and sends orders through it, while processes, broker and databases are killed, consumers come and
go, others stand still for longer than their session, and 2 % of all events are published twice. Ends with status 1 unless every
accepted order was stored, published and processed exactly once: stock, payments, charges, sales, states and inboxes agree.

  --events N    about how many events are published, three an order (default 20000); 100000 go with 20 kills, 10 rebalances,
                5 restarts of the broker, 5 of a database and 5 processes that stand still, fewer with a share, one of each at least
  --fault no-inbox   consumers forget what they have handled: the run has to find what happened twice, and fail
  --json, --keep     as below

npm run chaos -- resharding [--orders N] [--rate N] [--steps A,B] [--fault bypass-fence] [--json] [--keep]

Starts a platform of its own, adds a third shard, and moves 25 % of all slots there while two processes place orders and read
them back. Ends with status 1 unless, in each step,

  - every accepted order is stored once, whole, and processed once, and no request has failed
  - every slot that should move has moved, and enough orders were placed meanwhile
  - the mover kept writers of a slot waiting for at most 250 ms (p99 of all switches, attempts that failed included); told, not
    judged, in the step source, whose slots wait for their killed shard
  - where nothing is broken on purpose (move, reverse): p50, p95 and p99 of an order are within 1.5 times of the calm before
    (or 25 ms), and an order that met the switch of its slot took at most 250 ms more than the p99 of the calm (p99).
    This is told, not judged, when the machine is not quiet: a load of more than 0.5 a core at the start, which is printed

  --orders N    how many orders at least while slots move (default 10000); the slots go there and back for so long. The other
                steps place a fifth of it each
  --rate N      orders a second, besides those of watched customers (default 30)
  --steps A,B   of ${DRILLS.join(', ')} (default: all)
                move     25 % of the slots to the new shard
                reverse  back again, with everything written since, and the copies dropped
                restart  there and back while the new shard is killed: as copy, then as owner
                source   there and back while an old shard is killed: mid-copy, amid the switches, and with the mover as it lets go
                push     there and back with a router that misses the push
                kill     a quarter again, in slices, with kill -9 of the mover at each of its steps; the one that stands by goes on
  --fault bypass-fence   a writer that asks no fence: the run has to find what it lost, and fail
  --json        the results for programs, on standard output
  --keep        leave data and logs behind
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    events: { type: 'string', default: '20000' },
    orders: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '30' },
    steps: { type: 'string', default: DRILLS.join(',') },
    fault: { type: 'string' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});
if (values.help === true) end(0, HELP);
const drill = positionals.join(' ');
if (drill !== 'resharding' && drill !== 'events') end(2, HELP);
const [events, orders, ordersPerSecond] = [
  numberOf('--events', values.events, 'events'),
  numberOf('--orders', values.orders, 'orders'),
  numberOf('--rate', values.rate, 'orders a second'),
];
const drills = values.steps.split(',') as DrillName[];
const unknown = drills.find((name) => !DRILLS.includes(name));
if (unknown !== undefined) end(2, `--steps: there is no step ${unknown}; there are ${DRILLS.join(', ')}\n`);
const fault = drill === 'events' ? 'no-inbox' : 'bypass-fence';
if (values.fault !== undefined && values.fault !== fault)
  end(2, `--fault: expected ${fault}, got ${values.fault}\n`);

// The libraries' sources are more than Node reads by itself, so they come after who reads them.
await import(pathToFileURL(join(import.meta.dirname, '../../typescript-hooks.mjs')).href);
const results = await (drill === 'events' ? eventResults() : reshardingResults());
if (values.json === true) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
const failed = results.filter(({ faults }) => faults.length > 0);
end(
  failed.length === 0 ? 0 : 1,
  values.json === true ? '' : `\n${results.length - failed.length} passed, ${failed.length} failed\n`,
);

async function eventResults() {
  const { runEvents } = await import('./events/run-events.ts');
  const { keep = false } = values;
  return [await runEvents({ events, keep, forgetInbox: values.fault !== undefined, say })];
}

async function reshardingResults() {
  const { runResharding } = await import('./resharding/run-resharding.ts');
  const { keep = false } = values;
  return runResharding({
    orders,
    ordersPerSecond,
    drills,
    keep,
    bypassFence: values.fault !== undefined,
    say,
  });
}

function say(line: string): void {
  (values.json === true ? process.stderr : process.stdout).write(`${line}\n`);
}

function numberOf(option: string, text: string, what: string): number {
  const number = Number(text);
  return number >= 1 ? number : end(2, `${option}: expected a number of ${what}, got ${text}\n`);
}

function end(status: number, text: string): never {
  (status === 2 ? process.stderr : process.stdout).write(text);
  process.exit(status);
}
