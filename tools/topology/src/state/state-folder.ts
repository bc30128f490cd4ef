import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { TopologyError } from '../topology.error.ts';
import {
  isReachableByOthers,
  makePassableFolder,
  unprivilegedUser,
} from '../servers/process/unprivileged-user.ts';

/** Where state goes that no other user could reach elsewhere. */
const SHARED_FOLDER = '/var/lib/groundwork';

export interface StateFolder {
  readonly path: string;
  /** Why it is not where one would look, if so. */
  readonly note: string | undefined;
}

/**
 * Where a project keeps its data, logs and state: `GROUNDWORK_STATE`, else `.groundwork` in the workspace, and in it one
 * folder a project. Root cannot run Postgres, and the user that does cannot pass through a closed folder such as /root: then
 * the state moves to /var/lib.
 */
export function stateFolder(
  workspace: string,
  project: string,
  environment: NodeJS.ProcessEnv = process.env,
): StateFolder {
  const wanted = resolve(environment['GROUNDWORK_STATE'] ?? join(workspace, '.groundwork'), project);
  makePassableFolder(wanted);
  if (unprivilegedUser() === undefined || isReachableByOthers(join(wanted, 'volumes')))
    return { path: wanted, note: undefined };
  const path = join(
    SHARED_FOLDER,
    createHash('sha256').update(wanted).digest('hex').slice(0, 12),
    basename(wanted),
  );
  makePassableFolder(path, SHARED_FOLDER);
  if (!isReachableByOthers(join(path, 'volumes'))) throw closedFolder(path);
  return {
    path,
    note: `Postgres does not run as root, and no other user can reach ${wanted}: data and logs are in ${path}.`,
  };
}

function closedFolder(path: string): TopologyError {
  return new TopologyError(
    'state-closed',
    `Postgres does not run as root, and no other user can pass through ${path}. Run: chmod a+x ${path} and the folders above it, ` +
      'or set GROUNDWORK_STATE to another folder',
  );
}
