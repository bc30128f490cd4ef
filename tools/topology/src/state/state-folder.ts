import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { TopologyError } from '../topology.error.ts';
import {
  isReachableByOthers,
  makePassableFolder,
  unprivilegedUser,
} from '../servers/process/unprivileged-user.ts';

/** The folder for state that the user of Postgres could not reach elsewhere. */
const SHARED_FOLDER = '/var/lib/groundwork';

export interface StateFolder {
  readonly path: string;
  /** The reason if it is not in the expected place. */
  readonly note: string | undefined;
}

/**
 * Returns the folder for a project's data, logs and state: in `GROUNDWORK_STATE`, otherwise in `.groundwork` of the
 * workspace, one folder for each project. Postgres cannot run as root, and its user cannot pass through a closed folder such
 * as /root; in that case the state moves to /var/lib.
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
    note:
      `Data and logs are in ${path}: as root, Postgres runs as another user, and that user cannot reach ${wanted}. ` +
      'npm run reset removes them; deleting the clone does not.',
  };
}

function closedFolder(path: string): TopologyError {
  return new TopologyError(
    'state-closed',
    `Postgres does not run as root, and no other user can pass through ${path}. Run: chmod a+x ${path} and the folders above it, ` +
      'or set GROUNDWORK_STATE to another folder',
  );
}
