import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  startTopology,
  type ReplicaStatus,
  type RunningTopology,
  type StartTopologyOptions,
} from '../src/index.ts';

/** The workspace of a test: a compose file whose services are stand-ins, a state folder, and a journal of their actions. */
export interface TestPlatform {
  readonly composeFile: string;
  readonly stateDir: string;
  start(options?: StartTopologyOptions): Promise<RunningTopology>;
  journal(): string[];
  /** The first replica of a service, also while the platform is starting. */
  status(service: string): ReplicaStatus | undefined;
  /** Stops the started topologies and removes the folder. */
  remove(): Promise<void>;
}

/** `services` is the map of the compose file; `*stand-in` in it is a service with a health check. */
export function testPlatform(services: string): TestPlatform {
  // Not os.tmpdir(): Postgres's user must be able to pass through. The name contains characters that a user may use.
  const folder = mkdtempSync("/tmp/groundwork-topölogy & friend's #1 100% (x) [y] ");
  chmodSync(folder, 0o711);
  symlinkSync(import.meta.dirname, join(folder, 'test'));
  const composeFile = join(folder, 'docker-compose.yml');
  const stateDir = join(folder, 'state');
  const journalFile = join(folder, 'journal');
  mkdirSync(stateDir, { mode: 0o711 });
  writeFileSync(journalFile, '');
  writeFileSync(composeFile, `${anchors(journalFile)}\nservices:\n${services.replaceAll(/^/gm, '  ')}\n`);

  const started: RunningTopology[] = [];
  return {
    composeFile,
    stateDir,
    async start(options = {}) {
      return startTopology({
        ...{ composeFile, stateDir, freePorts: true, build: false, ...options },
        onStarting: (topology) => started.push(topology),
      });
    },
    status: (service) => started.at(-1)?.replicas(service)[0],
    journal: () => readFileSync(journalFile, 'utf8').trim().split('\n'),
    async remove() {
      await Promise.all(started.map((topology) => topology.down()));
      // On a busy machine, a file appeared once while the folder was being removed.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function anchors(journalFile: string): string {
  return `
x-job: &job
  image: groundwork/stand-in
  restart: on-failure
  command: [node, test/stand-in.ts]
  environment: &job-environment { JOURNAL: ${JSON.stringify(journalFile)}, EXIT_CODE: '0' }
x-stand-in: &stand-in
  image: groundwork/stand-in
  restart: unless-stopped
  command: [node, test/stand-in.ts]
  expose: ['80']
  environment: &environment { JOURNAL: ${JSON.stringify(journalFile)}, LISTEN_ADDRESS: 0.0.0.0:80 }
  healthcheck: { test: [CMD, node, test/health.ts], interval: 1s, timeout: 1s, retries: 2 }`;
}
