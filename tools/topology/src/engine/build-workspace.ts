import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Service } from '../compose/service.ts';
import { runNx, type RunNx } from '../nx/run-nx.ts';
import { ManagedProcess } from '../servers/process/managed-process.ts';
import { tailOf } from '../servers/server.ts';
import { TopologyError } from '../topology.error.ts';

/** Builds the apps that the services' commands run (`node apps/NAME/dist/…`); Nx does not rebuild what it has cached. */
export async function buildWorkspace(
  folder: string,
  services: readonly Service[],
  logFile: string,
): Promise<void> {
  const commands = services.flatMap(({ isBuiltHere, command }) => (isBuiltHere ? command : []));
  const apps = new Set(commands.flatMap((word) => /^apps\/[^/]+/.exec(word) ?? []));
  const names = [...apps].flatMap((app) => packageName(join(folder, app)) ?? []);
  if (names.length === 0) return;
  const args = ['run-many', '-t', 'build', '-p', names.join(',')];
  const code = await runNx(folder, args, intoLog(logFile), { NO_COLOR: '1', NX_TUI: 'false' });
  if (code !== 0)
    throw new TopologyError(
      'build-failed',
      `the apps could not be built:\n${tailOf(logFile)}\n(log: ${logFile})`,
    );
}

function packageName(app: string): string | undefined {
  const file = join(app, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name: string }).name : undefined;
}

/** Appends the output of one Nx run after the other to the log. */
function intoLog(logFile: string): RunNx {
  rmSync(logFile, { force: true });
  return async (launch) => {
    const nx = await ManagedProcess.start(launch, logFile);
    const { code } = await nx.exited;
    return { code: code ?? 1, output: tailOf(logFile) };
  };
}
