/** `npm run lab -- [NAME …]`: compares the naive version of each pattern with ours, in one experiment on real servers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { type Lab } from './lab.ts';
import { drawResult } from './report/draw-result.ts';
import { formatResult } from './report/format-result.ts';
import { wrap } from './report/wrap.ts';
import { judge } from './verdict.ts';
import { withLabTools } from './with-lab-tools.ts';
import { parseOptions } from '../../run/parse-options.mjs';

// Libraries use syntax that Node does not strip; the hooks must be active before they are loaded.
await import(pathToFileURL(join(import.meta.dirname, '../../typescript-hooks.mjs')).href);
const { LABS } = await import('./labs.ts');
const NAMES = LABS.map(({ name }) => name);

const HELP = `npm run lab [-- NAME …] [--all] [--json] [--plots FOLDER]

Compares the naive version of a pattern, as articles describe it, with ours: one experiment, real servers, less than a minute. Each
lab prints a table with both and writes a plot. Without a name it lists the labs; on a terminal it offers to run all of them. Ends
with status 1 unless the naive version fails as described and ours holds.

  --all             run all labs
  --json            print the results as JSON and nothing else
  --plots FOLDER    where the plots go (default: .groundwork/labs)

${LABS.map((lab) => `  ${lab.name.padEnd(14)}  ${lab.pattern}: ${lab.naiveFailure}\n`).join('')}`;

const { values: options, positionals } = parseOptions({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    plots: { type: 'string', default: '.groundwork/labs' },
  },
});
if (options.help === true) end(0, HELP);
const unknown = positionals.find((name) => !NAMES.includes(name));
if (unknown !== undefined) end(2, `There is no lab ${unknown}: expected one of ${NAMES.join(', ')}\n`);

const wanted = options.all ? NAMES : positionals.length > 0 ? positionals : await chosen();
const plots = resolve(options.plots);
const outcomes = [];
for (const lab of LABS.filter(({ name }) => wanted.includes(name))) outcomes.push(await runLab(lab));
if (options.json) process.stdout.write(`${JSON.stringify(outcomes, undefined, 2)}\n`);
else
  report(
    outcomes.length === 1
      ? '\n'
      : `\n${outcomes.filter(({ holds }) => holds).length} of ${outcomes.length} labs show what they should\n`,
  );
process.exit(outcomes.every(({ holds }) => holds) ? 0 : 1);

/** Lists the labs. On a terminal the user may then run all of them. */
async function chosen(): Promise<readonly string[]> {
  process.stdout.write(HELP);
  if (!process.stdin.isTTY || !process.stdout.isTTY) process.exit(0);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    `\nRun all ${NAMES.length} labs now? This takes a few minutes. [y/N] `,
  );
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) process.exit(0);
  return NAMES;
}

async function runLab(lab: Lab) {
  report(`\n── ${lab.name}: ${lab.pattern}\n${wrap(lab.experiment)}\n`);
  const startedAt = performance.now();
  const progress = (text: string) => report(`  ${seconds(startedAt)}  ${text}\n`);
  try {
    const result = await withLabTools(progress, (tools) => lab.run(tools));
    const verdict = judge(result);
    mkdirSync(plots, { recursive: true });
    const plot = resolve(plots, `${lab.name}.svg`);
    writeFileSync(plot, drawResult(result.plot));
    report(`${formatResult(lab, result, verdict)}  Plot: ${plot}\n`);
    return { lab: lab.name, ...verdict, measures: result.measures, plot };
  } catch (error) {
    report(`  ✗ the lab failed: ${(error as Error).message}\n`);
    return { lab: lab.name, holds: false, faults: [`the lab failed: ${(error as Error).message}`] };
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1).padStart(5)} s`;
}

function report(text: string): void {
  if (!options.json) process.stdout.write(text);
}

function end(status: number, text: string): never {
  (status === 0 ? process.stdout : process.stderr).write(text);
  process.exit(status);
}
