import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user for a program that refuses to run as root. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Returns the user `postgres` of the machine, otherwise `nobody`; undefined when this process is not root and needs no other
 * user.
 */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) };
}

/**
 * Returns whether a user other than root can pass through every folder above `path` (a folder such as /root may be closed).
 */
export function isReachableByOthers(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Creates a folder with its parents. If Postgres runs as another user, that user can pass through them, under any umask.
 *
 * @param own a folder of ours on the way to `path`: it is also opened if an earlier run has left it closed
 */
export function makePassableFolder(path: string, own?: string): void {
  const created = mkdirSync(path, { recursive: true });
  if (unprivilegedUser() === undefined) return;
  // `/var/lib/groundwork` sorts before its content: the higher of the two folders is opened with everything below it.
  const top = [own, created].filter((folder) => folder !== undefined).sort()[0];
  for (let folder = path; top !== undefined && folder.startsWith(top); folder = dirname(folder)) {
    chmodSync(folder, statSync(folder).mode | 0o011);
  }
}

/** Lets every user read a tree and run the programs in it. */
export function openToOthers(folder: string): void {
  execFileSync('chmod', ['-R', 'a+rX', folder]);
}

export function giveTo(user: UnprivilegedUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
