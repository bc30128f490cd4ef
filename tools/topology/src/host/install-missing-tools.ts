import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { TopologyError } from '../topology.error.ts';
import { findOnPath } from './find-on-path.ts';
import { type Tool } from './tools.ts';

const LOCK_WAIT_MS = 300_000;

/**
 * Installs missing tools if this process may do so (root, apt). Otherwise throws an error that says in one line what to
 * install.
 */
export async function installMissingTools(
  tools: readonly Tool[],
  tell: (line: string) => void,
): Promise<void> {
  const missing = tools.filter((tool) => tool.find() === undefined);
  if (missing.length === 0) return;
  if (!mayInstall()) throw notInstalled(missing);
  tell(`Installing ${missing.map(({ name }) => name).join(', ')} (apt-get) …`);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...missing.map(availablePackage)]);
  const stillMissing = missing.filter((tool) => tool.find() === undefined);
  if (stillMissing.length > 0) throw notInstalled(stillMissing);
}

export function mayInstall(): boolean {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/** Returns one line that installs the tools on this machine. */
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

/** Waits while another run of apt, perhaps for another test target of ours, holds the lock. */
async function apt(args: readonly string[]): Promise<void> {
  // Some packages start their server during the installation (redis-server does), and that server would occupy a port.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C' };
  const giveUpAt = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const { status, stderr } = spawnSync('apt-get', ['-q', ...args], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status === 0) return;
    const isLocked = /Could not get lock|Unable to acquire the dpkg frontend lock/.test(stderr);
    if (!isLocked || Date.now() > giveUpAt)
      throw new TopologyError('apt-failed', `apt-get ${args.join(' ')} failed:\n${stderr}`, {
        retryable: true,
      });
    await delay(1_000);
  }
}

function notInstalled(missing: readonly Tool[]): TopologyError {
  const list = missing.map(({ name, why }) => `${name} (${why})`).join(', ');
  return new TopologyError('tool-missing', `missing: ${list}. Install with: ${howToInstall(missing)}`);
}
