#!/usr/bin/env node
/**
 * The door of every npm script: `node tools/run.mjs ENTRY.ts [ARGUMENT …]`. Any Node >= 20 can open it: it installs the
 * workspace when it is missing or older than the lockfile, then runs ENTRY on the workspace's own Node.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

/** npm writes its hidden lockfile last, so one that is newer than ours means a finished install of what ours says. */
function isInstalled() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(join(bin, 'node'))) return false;
  return statSync(hidden).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function install() {
  const why = 'once, and when the lockfile changes';
  process.stderr.write(`Installing the dependencies of the workspace (npm ci; ${why}) …\n`);
  const { status } = spawnSync('npm', ['ci', '--no-progress'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  process.stderr.write(
    'npm ci failed; its output above says why. It needs the npm registry to be reachable.\n',
  );
  process.exit(status ?? 1);
}

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  process.stderr.write('usage: node tools/run.mjs ENTRY.ts [ARGUMENT …]\n');
  process.exit(2);
}
if (!isInstalled()) install();

// kafkajs asks for negative timeouts, which Node 24 warns of and treats as 1 ms.
const options = ['--conditions=@groundwork/source', '--disable-warning=TimeoutNegativeWarning'];
const child = spawn(join(bin, 'node'), [...options, join(root, entry), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
});
// A terminal sends Ctrl-C to both; a signal sent to this process alone is passed on. Either way the child decides when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
