#!/usr/bin/env node
/**
 * The door of every npm script: `node tools/run.mjs ENTRY.ts [ARGUMENT …]`. Any Node >= 20 can open it: it installs the
 * workspace when it is not as the lockfile says, then runs ENTRY on the workspace's own Node.
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

/** Node's exit status for an option that it does not know, as NODE_OPTIONS of another version may hold one. */
const INVALID_ARGUMENT = 9;
/** What a shell ends with that was given a program of another machine: the C library hands it what the kernel refuses. */
const NOT_EXECUTABLE = [126, 127];

function endWith(line, status = 1) {
  process.stderr.write(`${line}\n`);
  process.exit(status);
}

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) endWith('usage: node tools/run.mjs ENTRY.ts [ARGUMENT …]', 2);
if (root.includes(delimiter)) {
  endWith(
    `${root} holds a "${delimiter}", which separates folders in PATH: move the checkout to another folder.`,
  );
}
const why = installWorkspace(root);
if (why !== undefined) endWith(why);

// kafkajs asks for negative timeouts, which Node 24 warns of and treats as 1 ms.
const options = ['--conditions=@groundwork/source', '--disable-warning=TimeoutNegativeWarning'];
const child = spawn(node, [...options, join(root, entry), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: toolEnvironment(process.env, bin),
});
// A terminal sends Ctrl-C to both; a signal sent to this process alone is passed on. Either way the child decides when to end.
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
