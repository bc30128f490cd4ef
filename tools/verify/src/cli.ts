/**
 * `npm test`: checks the format, builds with types, lints, runs every project's tests on one shared Postgres and Kafka, then
 * the end-to-end suites on their own topology, and on request the labs. Ends with one line: `N passed, N failed`.
 */
import { rmSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRunServers } from '@groundwork/testing';
import { atTheTerminal, runNx } from '@groundwork/topology';
import { checkWorkspace } from './check-workspace.ts';
import { add, tallyOfCommand, tallyOfReports, type Tally } from './tally.ts';
import { parseOptions } from '../../run/parse-options.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const HELP = `npm test [-- --skip-e2e] [--labs] [--fresh]

Checks the format, builds with types, lints, runs the unit and integration tests (real Postgres, Redis and Kafka) and
the end-to-end suites (the whole topology, with its own ports and state). The last line counts: N passed, N failed.

  --fresh      run everything again, without Nx's cache
  --skip-e2e   skip the end-to-end suites (npm run e2e runs only them)
  --labs       run the labs, too: some minutes more (npm run lab runs only them)
`;

const { values: options } = parseOptions({
  options: {
    help: { type: 'boolean', short: 'h' },
    fresh: { type: 'boolean' },
    'skip-e2e': { type: 'boolean' },
    labs: { type: 'boolean' },
  },
});
if (options.help === true) {
  process.stdout.write(HELP);
  process.exit(0);
}

const began = Date.now();
const fresh = options.fresh === true ? ['--skip-nx-cache'] : [];
for (const report of globSync('*/*/test-results/*.json', { cwd: root })) rmSync(join(root, report));

// Nx must know all projects before the linter runs, and it writes the references that the build follows.
let total = await step('sync', async () => tallyOfCommand(await runNx(root, ['sync:check'], atTheTerminal)));
const checks = checkWorkspace(root, { fresh: options.fresh === true });
const tallies = await Promise.all(Object.entries(checks).map(([name, check]) => step(name, () => check)));
total = tallies.reduce(add, total);
total = add(total, await step('test', runTests));
if (options['skip-e2e'] !== true) {
  total = add(
    total,
    await step('e2e', async () => tallyOfReports(root, '*/*/test-results/e2e.json', await nx('e2e'))),
  );
}
if (options.labs === true)
  total = add(total, await step('labs', async () => tallyOfCommand(await runLabs())));

process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 ? 0 : 1);

async function step(name: string, check: () => Promise<Tally>): Promise<Tally> {
  process.stdout.write(`\n── ${name}\n`);
  const tally = await check();
  const seconds = Math.round((Date.now() - began) / 1_000);
  process.stdout.write(
    `── ${name}: ${tally.passed} passed, ${tally.failed} failed (${seconds} s since the start)\n`,
  );
  return tally;
}

/** Runs the tests of all projects on one Postgres and one Kafka: each test uses its own database, topics and groups. */
async function runTests(): Promise<Tally> {
  const servers = await startRunServers(['postgres', 'kafka']);
  try {
    return tallyOfReports(root, '*/*/test-results/test.json', await nx('test', servers.environment));
  } finally {
    await servers.stop();
  }
}

/** Runs all labs, one after the other: each of them measures. */
async function runLabs(): Promise<number> {
  const args = ['tools/run.mjs', 'tools/lab/src/cli.ts', '--all'];
  return (await atTheTerminal({ file: 'node', args, folder: root, environment: process.env })).code;
}

/** Runs a target without its dependencies, which are already built. */
function nx(target: string, environment: NodeJS.ProcessEnv = {}): Promise<number> {
  const args = ['run-many', '-t', target, '--nxBail=false', '--excludeTaskDependencies', ...fresh];
  return runNx(root, args, atTheTerminal, environment);
}
