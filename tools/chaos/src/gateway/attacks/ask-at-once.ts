import { Agent, get } from 'node:http';
import { type Target } from './target.ts';

/** Requests one path with `atOnce` concurrent clients; each client repeats the request as soon as it is answered. */
export async function askAtOnce(
  targets: readonly Target[],
  signal: AbortSignal,
  { path, atOnce }: { path: string; atOnce: number },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const ask = (target: Target) =>
    new Promise<void>((resolve) => {
      get({ ...target, path, agent, signal }, (response) => response.resume().once('close', resolve)).once(
        'error',
        () => resolve(),
      );
    });
  const lane = async (index: number) => {
    while (!signal.aborted) await ask(targets[index % targets.length] as Target);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => lane(index)));
  agent.destroy();
}
