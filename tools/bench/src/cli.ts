/** `npm run bench`: compares what we built with what it is measured by. */
import { availableParallelism, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '@groundwork/testing';
import { startPostgres } from '@groundwork/topology';
import { type Benchmark } from './benchmark.ts';
import { findBenchmarks } from './find-benchmarks.ts';
import { HEADER, rowOf } from './report.ts';
import { type ContestResult, runContest } from './run-contest.ts';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const HELP = `npm run bench [-- NAME …] [--rounds N]

Runs the benchmarks (all, or those named) against their peers in one run on one server, in mirrored order, and prints the
ratio of the throughputs with its 95 % confidence interval. Ratios travel between machines; times do not.

  --rounds N   how often each pair takes turns (default 40)
  --list       the names
`;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    list: { type: 'boolean' },
    rounds: { type: 'string', default: '40' },
  },
});
if (options.help === true) end(0, HELP);
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 5) end(2, `--rounds: expected a whole number of at least 5\n`);

const benchmarks = await findBenchmarks(root);
const known = benchmarks.map(({ name }) => name);
if (options.list === true) end(0, `${known.join('\n')}\n`);
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) end(2, `There is no benchmark ${unknown}: expected one of ${known.join(', ')}\n`);

const load = (loadavg()[0] as number).toFixed(1);
process.stdout.write(`${availableParallelism()} cores, load ${load}, ${rounds} rounds\n\n${HEADER}\n`);
let voided = false;
for (const benchmark of benchmarks) {
  if (names.length > 0 && !names.includes(benchmark.name)) continue;
  const result = await run(benchmark);
  voided ||= result.fault !== undefined;
  process.stdout.write(`${rowOf(benchmark, result)}\n`);
}
process.exit(voided ? 1 : 0);

async function run(benchmark: Benchmark): Promise<ContestResult> {
  const folder = temporaryFolder('bench');
  const postgres = await startPostgres({ folder: `${folder.path}/data`, durable: true });
  try {
    const contest = await benchmark.prepare({ postgresUrl: postgres.url });
    try {
      return await runContest(contest, { rounds, callsPerSlice: 50 });
    } finally {
      await contest.close();
    }
  } finally {
    await postgres.stop();
    folder.remove();
  }
}

function end(status: number, text: string): never {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
