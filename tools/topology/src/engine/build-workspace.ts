import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Service } from '../compose/service.ts';
import { ManagedProcess } from '../servers/process/managed-process.ts';
import { tailOf } from '../servers/server.ts';
import { TopologyError } from '../topology.error.ts';

/** Builds the apps that these services' commands run (`node apps/NAME/dist/…`); what Nx has cached is not built again. */
export async function buildWorkspace(
  folder: string,
  services: readonly Service[],
  logFile: string,
): Promise<void> {
  const commands = services.flatMap(({ isBuiltHere, command }) => (isBuiltHere ? command : []));
  const apps = new Set(commands.flatMap((word) => /^apps\/[^/]+/.exec(word) ?? []));
  const names = [...apps].flatMap((app) => packageName(join(folder, app)) ?? []);
  if (names.length === 0) return;
  const code = await runNx(folder, ['run-many', '-t', 'build', '-p', names.join(',')], logFile);
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

async function runNx(folder: string, args: readonly string[], logFile: string): Promise<number | null> {
  const bin = join(folder, 'node_modules', '.bin');
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
  rmSync(logFile, { force: true });
  const environment = { ...process.env, PATH: path, NO_COLOR: '1', NX_TUI: 'false' };
  const nx = await ManagedProcess.start({ file: join(bin, 'nx'), args, folder, environment }, logFile);
  return (await nx.exited).code;
}
