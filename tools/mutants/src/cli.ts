/** `npm run mutants`: changes the code in one place at a time and checks whether a test fails. */
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEquivalents } from './equivalent.ts';
import { LIBRARIES, mutatedFiles } from './libraries.ts';
import { mutantsOf } from './mutant.ts';
import { runStryker } from './run-stryker.ts';
import { GOAL, judge, type Verdict } from './verdict.ts';
import { detailsOf, tableOf } from './verdict-text.ts';
import { parseOptions } from '../../run/parse-options.mjs';

const tool = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(tool));
const NAMES = LIBRARIES.map(({ name }) => name);

const HELP = `npm run mutants [-- LIBRARY …] [--only TEXT] [--concurrency N] [--minutes N]

Changes the pure cores of libraries (all, or those named) in one place at a time, in a copy of the workspace, and runs the tests
that reach the place. A change that no test detects is a survivor. Ends with status 1 when a library's score is below ${GOAL} %,
when an entry of its reviewed list (tools/mutants/equivalent) matches no survivor, or when it does not finish in time.

  --only TEXT       change only the files whose path contains TEXT
  --concurrency N   test processes at the same time (default: half of the processors)
  --minutes N       time limit for each library (default 60)

Libraries: ${NAMES.join(', ')}
`;

const { values: options, positionals: wanted } = parseOptions({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    only: { type: 'string', default: '' },
    concurrency: { type: 'string', default: `${Math.max(1, Math.floor(availableParallelism() / 2))}` },
    minutes: { type: 'string', default: '60' },
  },
});
if (options.help === true) end(0, HELP);
const concurrency = wholeNumber('concurrency');
const minutes = wholeNumber('minutes');
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined)
  end(2, `There is no library ${unknown} here: expected one of ${NAMES.join(', ')}\n`);

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());

const verdicts: Verdict[] = [];
const failures: string[] = [];
for (const library of LIBRARIES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  if (stop.signal.aborted) break;
  try {
    const files = mutatedFiles(root, library).filter((file) => file.includes(options.only));
    if (files.length > 0) verdicts.push(await verdictOf(library.name, files));
  } catch (error) {
    failures.push(`${library.name}: ${reasonOf(error)}\n`);
  }
}
if (verdicts.length + failures.length === 0 && !stop.signal.aborted)
  end(2, `--only: no file that is changed has "${options.only}" in its path\n`);
if (stop.signal.aborted) end(130, 'Stopped; all processes and files of the run are removed.\n');
for (const verdict of verdicts) process.stdout.write(detailsOf(verdict));
process.stdout.write(`\n${tableOf(verdicts)}${failures.join('')}`);
process.exit(failures.length === 0 && verdicts.every(({ holds }) => holds) ? 0 : 1);

async function verdictOf(library: string, files: readonly string[]): Promise<Verdict> {
  process.stderr.write(`── ${library}\n`);
  const report = await runStryker({
    ...{ root, library, files, concurrency },
    limitMs: minutes * 60_000,
    signal: stop.signal,
  });
  const reviewed = readEquivalents(join(tool, 'equivalent'), library);
  return judge(
    library,
    mutantsOf(report),
    reviewed.filter(({ file }) => files.includes(file)),
  );
}

function reasonOf(error: unknown): string {
  if ((error as Error).name === 'TimeoutError') return `not finished after ${minutes} minutes (--minutes N)`;
  return (error as Error).message;
}

function wholeNumber(option: 'concurrency' | 'minutes'): number {
  const value = Number(options[option]);
  if (Number.isInteger(value) && value > 0) return value;
  return end(2, `--${option}: expected a whole number of at least 1\n`);
}

function end(status: number, text: string): never {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
