/** `npm run bench`: compares our implementations with their peers. */
import { availableParallelism, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duel, isSuite } from './benchmark.ts';
import { findBenchmarks, type FoundBenchmark } from './find-benchmarks.ts';
import { writePages } from './pages/write-pages.ts';
import { bars } from './plot/bars.ts';
import { lines } from './plot/lines.ts';
import { runContest } from './race/run-contest.ts';
import { runRace } from './race/run-race.ts';
import { HEADER, rowOf, textOf } from './report.ts';
import { withServers } from './servers.ts';
import { type Suite } from './suite.ts';
import { parseOptions } from '../../run/parse-options.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const HELP = `npm run bench [-- NAME|GROUP …] [--rounds N] [--no-write]

Runs the benchmarks (all, or those named, or those of the groups named) against their peers in one run, in mirrored order, and
prints the ratios of the throughputs with their 95 % confidence intervals. Ratios are comparable between machines; times are not.

  --rounds N   how often the contestants take turns (default 40)
  --no-write   do not update the pages and plots in docs/
  --list       print the names and groups of the benchmarks
`;

const { values: options, positionals: wanted } = parseOptions({
  allowPositionals: true,
  allowNegative: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    list: { type: 'boolean' },
    rounds: { type: 'string', default: '40' },
    write: { type: 'boolean', default: true },
  },
});
if (options.help === true) end(0, HELP);
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 5) end(2, `--rounds: expected a whole number of at least 5\n`);

const benchmarks = findBenchmarks(root);
if (options.list === true) {
  end(0, benchmarks.map(({ name, group }) => (group ? `${name} (${group})\n` : `${name}\n`)).join(''));
}
const known = [...new Set(benchmarks.flatMap(({ name, group }) => (group ? [group, name] : [name])))];
const unknown = wanted.find((name) => !known.includes(name));
if (unknown !== undefined) end(2, `There is no benchmark ${unknown}: expected one of ${known.join(', ')}\n`);

const load = (loadavg()[0] as number).toFixed(1);
print(`${availableParallelism()} cores, load ${load}, ${rounds} rounds\n`);
const chosen = await Promise.all(
  benchmarks.filter(isWanted).map(async ({ name, load }) => ({ name, benchmark: await load() })),
);
// Duels run first: their rows form one table.
let voided = false;
let headed = false;
for (const { name, benchmark } of chosen) {
  if (!isSuite(benchmark)) voided = (await isVoidDuel(name, benchmark)) || voided;
}
for (const { name, benchmark } of chosen) {
  if (isSuite(benchmark)) voided = (await isVoidSuite(name, benchmark)) || voided;
}
process.exit(voided ? 1 : 0);

function isWanted({ name, group }: FoundBenchmark): boolean {
  return wanted.length === 0 || wanted.includes(name) || (group !== undefined && wanted.includes(group));
}

async function isVoidDuel(name: string, duel: Duel): Promise<boolean> {
  if (!headed) print(HEADER);
  headed = true;
  const result = await withServers(async (servers) => {
    const contest = await duel.prepare(servers);
    try {
      return await runContest(contest, { rounds, callsPerSlice: 50 });
    } finally {
      await contest.close();
    }
  });
  print(rowOf(name, duel, result));
  return result.fault !== undefined;
}

async function isVoidSuite(name: string, suite: Suite): Promise<boolean> {
  const progress = (message: string): void => void process.stderr.write(`${name}: ${message}\n`);
  const report = await withServers(({ postgres }) =>
    suite.measure({
      rounds,
      postgres,
      race: (contestants, race) => runRace(contestants, { rounds, sliceMs: 10, ...race }),
      progress,
      plot: { bars, lines },
    }),
  );
  print(`\n${textOf(name, report)}`);
  if (report.faults.length > 0) return true;
  for (const file of options.write ? await writePages(root, report) : []) progress(`wrote ${file}`);
  return false;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function end(status: number, text: string): never {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
