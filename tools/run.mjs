#!/usr/bin/env node
/**
 * The entry point of every npm script: `node tools/run.mjs ENTRY.ts [ARGUMENT …]`. It runs on any Node >= 20. It installs
 * the workspace when the installation differs from the lockfile, then runs ENTRY on the workspace's own Node.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installWorkspace } from './run/install-workspace.mjs';
import { toolEnvironment } from './run/tool-environment.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const node = join(bin, 'node');

/** Node's exit status for an unknown option; NODE_OPTIONS can hold an option of another Node version. */
const INVALID_ARGUMENT = 9;
/**
 * Exit statuses of a shell that received a program for another machine: the kernel refuses the program, and the C library
 * passes it to a shell.
 */
const NOT_EXECUTABLE = [126, 127];

function endWith(line, status = 1) {
  process.stderr.write(`${line}\n`);
  process.exit(status);
}

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) endWith('usage: node tools/run.mjs ENTRY.ts [ARGUMENT …]', 2);
if (root.includes(delimiter)) {
  endWith(
    `${root} contains a "${delimiter}", which separates folders in PATH: move the checkout to another folder.`,
  );
}
const why = installWorkspace(root);
if (why !== undefined) endWith(why);

// kafkajs asks for negative timeouts. Node 24 warns about them and treats them as 1 ms.
const options = ['--conditions=@groundwork/source', '--disable-warning=TimeoutNegativeWarning'];
const child = spawn(node, [...options, join(root, entry), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: toolEnvironment(process.env, bin),
});
// A terminal sends Ctrl-C to both processes; a signal sent to this process alone is passed on. In both cases the child
// decides when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
}
const refuseNode = (reason) => endWith(`The workspace's Node does not start (${reason}). Run: npm ci`);
child.on('error', ({ message }) => refuseNode(message));
child.on('exit', (code, signal) => {
  if (NOT_EXECUTABLE.includes(code)) refuseNode(`exit status ${code}`);
  const { NODE_OPTIONS } = process.env;
  if (code === INVALID_ARGUMENT && NODE_OPTIONS) {
    endWith(
      `The workspace's Node did not accept NODE_OPTIONS="${NODE_OPTIONS}". Run again without it.`,
      code,
    );
  }
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
