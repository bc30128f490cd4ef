import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whom a program runs as that refuses to run as root. */
export interface UnprivilegedUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user `postgres` of the machine, else `nobody`; undefined when this process is not root and so may stay who it is. */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) };
}

/** Whether a user other than root may pass through every folder above `path` (a checkout below /root may not be passed). */
export function isReachableByOthers(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

export function giveTo(user: UnprivilegedUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
