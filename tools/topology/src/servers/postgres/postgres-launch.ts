import { type Launch } from '../process/managed-process.ts';
import { unprivilegedUser } from '../process/unprivileged-user.ts';
import { postgresBinaries } from './postgres-binaries.ts';

/**
 * Returns how to start the server on a prepared folder. SIGINT is Postgres's fast shutdown: it does not wait until its
 * clients disconnect.
 */
export function postgresLaunch(folder: string, port: number, args: readonly string[] = []): Launch {
  return {
    file: postgresBinaries().postgres,
    args: [
      '-D',
      folder,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      ...args,
    ],
    folder: '/',
    user: unprivilegedUser(),
    stopSignal: 'SIGINT',
  };
}
