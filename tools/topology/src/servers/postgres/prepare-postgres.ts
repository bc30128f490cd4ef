import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { giveTo, makePassableFolder, unprivilegedUser } from '../process/unprivileged-user.ts';
import { postgresBinaries } from './postgres-binaries.ts';

export interface PostgresAccount {
  readonly user: string;
  readonly password: string;
  /** Created together with the cluster, as in the official image. */
  readonly database: string;
}

/** Text sorts by code point in every cluster, independent of the machine's locale. */
const INITDB = [
  ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
];

/**
 * Makes `folder` a Postgres cluster unless it already is one. Idempotent: a killed run leaves only `folder.new`, which the
 * next run removes. A `durable` cluster is on the disk when this resolves.
 */
export async function preparePostgres(
  folder: string,
  account: PostgresAccount,
  { durable }: { durable: boolean },
): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  makePassableFolder(dirname(folder));
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(unprivilegedUser(), unfinished);
  await initialise(unfinished, account, durable);
  if (account.database !== 'postgres') await createDatabase(unfinished, account.database);
  renameSync(unfinished, folder);
  if (durable) syncFolder(dirname(folder));
}

async function initialise(
  folder: string,
  { user, password }: PostgresAccount,
  durable: boolean,
): Promise<void> {
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(unprivilegedUser(), passwordFile);
  const args = [
    '-D',
    folder,
    '-U',
    user,
    '--pwfile',
    passwordFile,
    ...INITDB,
    ...(durable ? [] : ['--no-sync']),
  ];
  await promisify(execFile)(postgresBinaries().initdb, args, { cwd: '/', ...unprivilegedUser() });
  rmSync(passwordFile);
}

/** Runs in single-user mode, before clients can connect. So the database exists as soon as the server is ready. */
async function createDatabase(folder: string, database: string): Promise<void> {
  const args = ['--single', '-D', folder, 'postgres'];
  const running = promisify(execFile)(postgresBinaries().postgres, args, { cwd: '/', ...unprivilegedUser() });
  running.child.stdin?.end(`create database "${database.replaceAll('"', '""')}"\n`);
  await running;
}

/**
 * Makes the rename durable. A power loss that undoes the rename would restore the cluster under the name that the next run
 * removes.
 */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
