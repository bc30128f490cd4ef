import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { giveTo, unprivilegedUser } from '../process/unprivileged-user.ts';
import { postgresBinaries } from './postgres-binaries.ts';

export interface PostgresCredentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Makes `folder` a Postgres cluster unless it is one. Idempotent: a run killed half-way leaves only `folder.new`, which the
 * next one throws away. Text sorts by code point in every cluster, whatever the machine's locale.
 */
export async function preparePostgres(folder: string, credentials: PostgresCredentials): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const user = unprivilegedUser();
  const unfinished = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  giveTo(user, unfinished);
  writeFileSync(passwordFile, credentials.password, { mode: 0o600 });
  giveTo(user, passwordFile);
  const args = [
    '-D',
    unfinished,
    '-U',
    credentials.user,
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '--no-sync',
  ];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await promisify(execFile)(postgresBinaries().initdb, [...args, ...locale], { cwd: '/', ...user });
  rmSync(passwordFile);
  renameSync(unfinished, folder);
}
