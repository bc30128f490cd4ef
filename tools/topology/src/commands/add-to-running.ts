import { setTimeout as delay } from 'node:timers/promises';
import { say, table } from '../host/say.ts';
import { stillRuns, type ProcessIdentity } from '../state/process-start-time.ts';
import { ask, takeReply, type Reply } from '../state/requests.ts';
import { readState } from '../state/state-file.ts';
import { TopologyError } from '../topology.error.ts';

/** Asks the runner of a state folder to start the missing services, and prints which services it started. */
export async function addToRunning(
  folder: string,
  runner: ProcessIdentity,
  profiles: readonly string[],
): Promise<void> {
  say(`The platform is already running (process ${runner.pid}); starting missing services …`);
  const { added, error } = await replyOf(folder, runner, ask(folder, { runner, profiles }));
  if (error !== undefined) throw new TopologyError('start-failed', error, { retryable: true });
  say(added.length === 0 ? '  no service is missing' : rowsOf(folder, added));
}

async function replyOf(folder: string, runner: ProcessIdentity, request: string): Promise<Reply> {
  for (;;) {
    const reply = takeReply(folder, request);
    if (reply !== undefined) return reply;
    if (!stillRuns(runner))
      throw new TopologyError('not-running', `the runner (process ${runner.pid}) has already ended`, {
        retryable: true,
      });
    await delay(50);
  }
}

function rowsOf(folder: string, added: readonly string[]): string {
  const replicas = readState(folder)?.replicas.filter(({ service }) => added.includes(service)) ?? [];
  return table(
    replicas.map(({ name, phase, health, ports }) => [
      name,
      health === 'none' ? phase : health,
      Object.values(ports)
        .map((port) => `127.0.0.1:${port}`)
        .join(' '),
    ]),
  );
}
