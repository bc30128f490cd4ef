/** `npm run chaos -- resharding`: slots move under load, with faults on purpose, and nothing may be lost. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DRILLS, type DrillName } from './resharding/drill-names.ts';

const HELP = `npm run chaos -- resharding [--orders N] [--rate N] [--steps A,B] [--fault bypass-fence] [--json] [--keep]

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
    orders: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '30' },
    steps: { type: 'string', default: DRILLS.join(',') },
    fault: { type: 'string' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});
if (values.help === true) end(0, HELP);
if (positionals.join(' ') !== 'resharding') end(2, HELP);
const [orders, ordersPerSecond] = [values.orders, values.rate].map(Number) as [number, number];
if (!(orders >= 1)) end(2, `--orders: expected a number of orders, got ${values.orders}\n`);
if (!(ordersPerSecond >= 1)) end(2, `--rate: expected a number of orders a second, got ${values.rate}\n`);
const drills = values.steps.split(',') as DrillName[];
const unknown = drills.find((name) => !DRILLS.includes(name));
if (unknown !== undefined) end(2, `--steps: there is no step ${unknown}; there are ${DRILLS.join(', ')}\n`);
if (values.fault !== undefined && values.fault !== 'bypass-fence')
  end(2, `--fault: expected bypass-fence, got ${values.fault}\n`);

// The libraries' sources are more than Node reads by itself, so they come after who reads them.
await import(pathToFileURL(join(import.meta.dirname, '../../typescript-hooks.mjs')).href);
const { runResharding } = await import('./resharding/run-resharding.ts');
const results = await runResharding({
  orders,
  ordersPerSecond,
  drills,
  keep: values.keep === true,
  bypassFence: values.fault !== undefined,
  say: (line) => (values.json === true ? process.stderr : process.stdout).write(`${line}\n`),
});
if (values.json === true) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
const failed = results.filter(({ faults }) => faults.length > 0);
end(
  failed.length === 0 ? 0 : 1,
  values.json === true ? '' : `\n${results.length - failed.length} passed, ${failed.length} failed\n`,
);

function end(status: number, text: string): never {
  (status === 2 ? process.stderr : process.stdout).write(text);
  process.exit(status);
}
