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
  /** The folder for data, logs and state. Default: `.groundwork/<project>` in the workspace. */
  readonly stateDir?: string;
  /** Default: `main`. */
  readonly project?: string;
  /** Publishes on free ports, to run beside another topology. Default: the ports of the file. */
  readonly freePorts?: boolean;
  readonly profiles?: readonly string[];
  /** These services and their dependencies; an empty list means all. */
  readonly only?: readonly string[];
  /** Overrides the variables of the file and of `.env`. Default: this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Builds the apps first (default true); false if the caller has built them. */
  readonly build?: boolean;
  readonly onChange?: (status: ReplicaStatus) => void;
  /** Called once, before anything starts, with the topology that the caller has to stop to give up early. */
  readonly onStarting?: (topology: RunningTopology) => void;
}

/**
 * Starts the services of a compose file as processes of this machine, and resolves when all are ready. Its processes never
 * outlive this process, even when it is killed. On a failure, stops everything again and rejects with a TopologyError.
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
