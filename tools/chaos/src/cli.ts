/** `npm run chaos -- DRILL`: runs load with injected faults, and checks that nothing is lost or duplicated. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { STEPS } from './consuming/step-names.ts';
import { ATTACKS } from './gateway/attack-names.ts';
import { HELP } from './help.ts';
import { type EndedEarly, endedEarly } from './platform/ended-early.ts';
import { DRILLS } from './resharding/drill-names.ts';
import { parseOptions } from '../../run/parse-options.mjs';

const { values, positionals } = parseOptions({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    events: { type: 'string', default: '20000' },
    orders: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '30' },
    steps: { type: 'string' },
    seconds: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    rows: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '1' },
    'real-delays': { type: 'boolean' },
    fault: { type: 'string' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});
if (values.help === true) end(0, HELP);
const drill = positionals.join(' ');
const FAULT: Readonly<Record<string, string | undefined>> = {
  events: 'no-inbox',
  resharding: 'bypass-fence',
  consuming: undefined,
  'own-tables': 'overwrite',
  gateway: 'one-address',
  'write-behind': 'empty-log',
};
if (!Object.hasOwn(FAULT, drill)) end(2, HELP);
if (values.fault !== undefined && values.fault !== FAULT[drill])
  end(2, `--fault: expected ${FAULT[drill] ?? 'none'}, got ${values.fault}\n`);
const events = numberOf('--events', values.events, 'events');
const orders = numberOf('--orders', values.orders, 'orders');
const ordersPerSecond = numberOf('--rate', values.rate, 'orders a second');
const seconds = numberOf('--seconds', values.seconds ?? (drill === 'gateway' ? '15' : '60'), 'seconds');
const minutes = numberOf('--minutes', values.minutes, 'minutes');
const rows = numberOf('--rows', values.rows, 'rows');
const rounds = numberOf('--rounds', values.rounds, 'rounds');

// Node itself cannot read the libraries' sources, so the hooks are registered before the drills are imported.
await import(pathToFileURL(join(import.meta.dirname, '../../typescript-hooks.mjs')).href);
const RUN = {
  events: eventResults,
  resharding: reshardingResults,
  consuming: consumingResults,
  'own-tables': ownTablesResults,
  gateway: gatewayResults,
  'write-behind': writeBehindResults,
};
const results = await resultsOf(RUN[drill as keyof typeof RUN]);
if (values.json === true) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
const failed = results.filter(({ faults }) => faults.length > 0);
end(
  failed.length === 0 ? 0 : 1,
  values.json === true ? '' : `\n${results.length - failed.length} passed, ${failed.length} failed\n`,
);

/** Reports an unexpected error as a finding, independent of the drill. */
async function resultsOf(run: () => Promise<readonly EndedEarly[]>): Promise<readonly EndedEarly[]> {
  try {
    return await run();
  } catch (error) {
    const result = endedEarly(error);
    for (const fault of result.faults) say(`  ✘ ${fault}`);
    return [result];
  }
}

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
    drills: stepsOf(DRILLS),
    keep,
    bypassFence: values.fault !== undefined,
    say,
  });
}

async function consumingResults() {
  const { runConsuming } = await import('./consuming/run-consuming.ts');
  const realDelays = values['real-delays'] === true;
  return runConsuming({ steps: stepsOf(STEPS), seconds, minutes, realDelays, say });
}

async function ownTablesResults() {
  const { runOwnTables } = await import('./own-tables/run-own-tables.ts');
  return [await runOwnTables({ rows, overwrite: values.fault !== undefined, say })];
}

async function gatewayResults() {
  const { runGateway } = await import('./gateway/run-gateway.ts');
  const { keep = false } = values;
  return runGateway({
    attacks: stepsOf(ATTACKS),
    seconds,
    shareAddress: values.fault !== undefined,
    keep,
    say,
  });
}

async function writeBehindResults() {
  const { runWriteBehind } = await import('./write-behind/run-write-behind.ts');
  const { keep = false } = values;
  return [await runWriteBehind({ rounds, emptyLog: values.fault !== undefined, keep, say })];
}

/** Returns the requested steps, or all. */
function stepsOf<Name extends string>(known: readonly Name[]): readonly Name[] {
  if (values.steps === undefined) return known;
  const steps = values.steps.split(',') as Name[];
  const unknown = steps.find((name) => !known.includes(name));
  if (unknown !== undefined) end(2, `--steps: there is no step ${unknown}; there are ${known.join(', ')}\n`);
  return steps;
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
