import { mebibytes, say, table } from '../host/say.ts';
import { stillRuns } from '../state/process-start-time.ts';
import { residentMemory } from '../state/resident-memory.ts';
import { runningState } from '../state/running-state.ts';
import { type RecordedReplica } from '../state/state-file.ts';
import { type Command } from './command.ts';

export const status: Command = {
  usage: 'npm run status',
  about: 'show the running processes: state, health, pid, ports, memory',
  options: { json: { type: 'boolean' } },

  async run({ project, flags }) {
    const { folder, runner, state } = runningState(project);
    const replicas = state.replicas.map(withMemory);
    const bytes = replicas.reduce((sum, replica) => sum + replica.memoryBytes, 0);
    if (flags['json'] === true) {
      say(JSON.stringify({ ...state, folder, runner, replicas, memoryBytes: bytes }, null, 2));
    } else {
      const head = ['service', 'state', 'health', 'pid', 'ports', 'memory', 'restarts'];
      say(table([head, ...replicas.map(row)]));
      say(
        `\n  ${state.phase}, ${mebibytes(bytes)} in total; runner ${runner.pid}; ${state.baseUrl ?? 'no URL yet'}; ${folder}`,
      );
    }
    return state.phase === 'ready' && replicas.every(isWell) ? 0 : 1;
  },
};

type Seen = RecordedReplica & { readonly memoryBytes: number };

function withMemory(replica: RecordedReplica): Seen {
  const { process } = replica;
  return {
    ...replica,
    memoryBytes: process !== undefined && stillRuns(process) ? residentMemory(process.pid) : 0,
  };
}

function row({ name, phase, health, process, ports, memoryBytes, restarts }: Seen): string[] {
  const published = Object.entries(ports).map(([inside, outside]) => `${outside}→${inside}`);
  const memory = memoryBytes === 0 ? '' : mebibytes(memoryBytes);
  return [
    name,
    phase,
    health === 'none' ? '' : health,
    String(process?.pid ?? ''),
    published.join(' '),
    memory,
    restarts === 0 ? '' : String(restarts),
  ];
}

function isWell({ phase, health }: Seen): boolean {
  return phase === 'completed' || (phase === 'running' && health !== 'unhealthy' && health !== 'starting');
}
