import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadComposeFile } from './compose/load-compose-file.ts';
import { buildWorkspace } from './engine/build-workspace.ts';
import { RunningTopology } from './engine/running-topology.ts';
import { StateRecorder } from './engine/state-recorder.ts';
import { Topology } from './engine/topology.ts';
import { type ReplicaStatus } from './engine/replica-state.ts';
import { endLeftovers } from './state/end-leftovers.ts';
import { acquireRunnerLock } from './state/runner-lock.ts';
import { stateFolder } from './state/state-folder.ts';

export const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

export interface StartTopologyOptions {
  /** Default: the workspace's docker-compose.yml. */
  readonly composeFile?: string;
  /** Where its data, logs and state are. Default: `.groundwork/<project>` in the workspace. */
  readonly stateDir?: string;
  /** Default: `main`. */
  readonly project?: string;
  /** Publish on free ports, to run beside another topology. Default: the ports of the file. */
  readonly freePorts?: boolean;
  readonly profiles?: readonly string[];
  /** These services and what they depend on; none means all. */
  readonly only?: readonly string[];
  /** Overrules the variables of the file and `.env`. Default: this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Build the apps first (default true); false when the caller has built them. */
  readonly build?: boolean;
  readonly onChange?: (status: ReplicaStatus) => void;
  /** Told once, before anything starts: what the caller has to stop when it wants to give up early. */
  readonly onStarting?: (topology: RunningTopology) => void;
}

/**
 * Starts the services of a compose file as processes of this machine and resolves when all are ready. Nothing of it outlives
 * this process, even when that is killed. Rejects with a TopologyError, after everything has been stopped again.
 */
export async function startTopology(options: StartTopologyOptions = {}): Promise<RunningTopology> {
  const composeFile = options.composeFile ?? join(WORKSPACE, 'docker-compose.yml');
  const file = loadComposeFile(composeFile, options);
  const folder = options.stateDir ?? stateFolder(file.folder, options.project ?? 'main').path;
  const releaseLock = acquireRunnerLock(folder);
  try {
    await endLeftovers(folder);
    const recorder = new StateRecorder(folder);
    const topology = new Topology({
      file,
      stateFolder: folder,
      freePorts: options.freePorts ?? false,
      build: async (services) => {
        if (options.build === false) return;
        await buildWorkspace(file.folder, services, join(folder, 'logs', 'build.log'));
      },
      onChange: (status) => {
        recorder.changed();
        options.onChange?.(status);
      },
    });
    const running = new RunningTopology(topology, recorder, releaseLock);
    options.onStarting?.(running);
    await running.up();
    return running;
  } catch (error) {
    releaseLock();
    throw error;
  }
}
