import { spawnSync } from 'node:child_process';
import { TopologyError } from '../topology.error.ts';
import { findOnPath } from './find-on-path.ts';
import { type Tool } from './tools.ts';

/** Sees to it that the machine has these: installs them where it may (root, apt), else says in one line what to install. */
export function installMissingTools(tools: readonly Tool[], tell: (line: string) => void): void {
  const missing = tools.filter((tool) => tool.find() === undefined);
  if (missing.length === 0) return;
  if (!mayInstall()) throw notInstalled(missing);
  tell(`Installing ${missing.map(({ name }) => name).join(', ')} (apt-get) …`);
  apt(['update']);
  apt(['install', '-y', '--no-install-recommends', ...missing.map(availablePackage)]);
  const stillMissing = missing.filter((tool) => tool.find() === undefined);
  if (stillMissing.length > 0) throw notInstalled(stillMissing);
}

export function mayInstall(): boolean {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/** The one line that mends it on this machine. */
export function howToInstall(tools: readonly Tool[]): string {
  return process.platform === 'darwin'
    ? `brew install ${tools.map(({ homebrewPackage }) => homebrewPackage).join(' ')}`
    : `sudo apt-get install ${tools.map(({ debianPackages }) => debianPackages[0]).join(' ')} (or your system's packages of these)`;
}

function availablePackage({ debianPackages }: Tool): string {
  const isAvailable = (name: string) =>
    /Candidate: \d/.test(spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout);
  return debianPackages.find(isAvailable) ?? debianPackages[0] ?? '';
}

function apt(args: readonly string[]): void {
  // A package that starts its server on installation (redis-server does) would take the port that somebody wants.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const { status, stderr } = spawnSync('apt-get', ['-q', ...args], {
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0)
    throw new TopologyError('apt-failed', `apt-get ${args.join(' ')} failed:\n${stderr}`, {
      retryable: true,
    });
}

function notInstalled(missing: readonly Tool[]): TopologyError {
  const list = missing.map(({ name, why }) => `${name} (${why})`).join(', ');
  return new TopologyError('tool-missing', `missing: ${list}. Install with: ${howToInstall(missing)}`);
}
