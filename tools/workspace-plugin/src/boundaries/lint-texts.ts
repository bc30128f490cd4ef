import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';
import { type Probe } from './probe.ts';

// Runs in its own process: Nx keeps its project graph in native and module state, which Jest's module registry cannot hold.
// Reads probes from its input and writes the rule ids reported for each probe to its output.
await createProjectGraphAsync();
const eslint = new ESLint({ cwd: process.cwd() });
const probes = JSON.parse(await text(process.stdin)) as Probe[];
const reported: string[][] = [];
for (const { file, code } of probes) {
  const [result] = await eslint.lintText(code, { filePath: file });
  if (!result) throw new Error(`ESLint ignores ${file}`);
  reported.push(result.messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(JSON.stringify(reported));
