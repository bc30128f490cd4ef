import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs `docker …` in the workspace root; resolves to what it wrote. */
export async function docker(workspaceRoot: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: workspaceRoot, maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim();
}

/** Finds the machine's compose: the plugin (`docker compose`, v2) or else the program (`docker-compose`, v1 or v2). */
export async function findCompose(
  workspaceRoot: string,
): Promise<(...args: readonly string[]) => Promise<string>> {
  const candidates = [['docker', 'compose'], ['docker-compose']] as const;
  for (const [program, ...prefix] of candidates) {
    const compose = async (...args: readonly string[]) => {
      const { stdout } = await run(program, [...prefix, ...args], { cwd: workspaceRoot });
      return stdout.trim();
    };
    if (
      await compose('version').then(
        () => true,
        () => false,
      )
    )
      return compose;
  }
  throw new Error(
    'Neither `docker compose` nor `docker-compose` answers; --base-url needs one to kill and start services.',
  );
}
