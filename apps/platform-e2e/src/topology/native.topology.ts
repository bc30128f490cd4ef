import { type DatabaseUrls } from '@groundwork/load';
import { type RunningTopology, startTopology } from '@groundwork/topology';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../run/say.ts';
import { newRunFolder } from './run-folder.ts';
import { type Residence, type ServiceName, type TopologyUnderTest } from './topology-under-test.ts';

/** A separate platform for the run: plain processes on free ports with a new state folder, beside other platforms. */
export class NativeTopology implements TopologyUnderTest {
  readonly gateways: readonly [string, string];
  readonly databases: DatabaseUrls;
  private readonly running: RunningTopology;
  private readonly stateFolder: string;

  private constructor(running: RunningTopology, stateFolder: string) {
    this.running = running;
    this.stateFolder = stateFolder;
    this.gateways = [running.url('api-gateway', 1), running.url('api-gateway', 2)];
    this.databases = {
      shards: {
        'shard-1': running.database('postgres-shard-1'),
        'shard-2': running.database('postgres-shard-2'),
      },
      directory: running.database('postgres-directory'),
      events: running.database('postgres-events'),
    };
  }

  /** Starts the platform. The apps must be built. */
  static async start(): Promise<NativeTopology> {
    const stateFolder = newRunFolder();
    const began = Date.now();
    say('  starting a platform …');
    const running = await startTopology({ stateDir: stateFolder, freePorts: true, build: false });
    say(`  ready after ${((Date.now() - began) / 1_000).toFixed(1)} s: ${running.url('api-gateway')}`);
    return new NativeTopology(running, stateFolder);
  }

  kill(service: ServiceName, replica?: number): Promise<void> {
    return this.running.kill(service, replica);
  }

  stop(service: ServiceName): Promise<void> {
    return this.running.stop(service);
  }

  start(service: ServiceName): Promise<void> {
    return this.running.start(service);
  }

  waitHealthy(service: ServiceName): Promise<void> {
    return this.running.waitHealthy(service);
  }

  async startThirdShard(): Promise<string> {
    await this.running.add(['shard-3']);
    return this.running.database('postgres-shard-3');
  }

  async residentMemory(): Promise<readonly Residence[]> {
    return this.running.residentMemory();
  }

  async close({ keepLogs }: { readonly keepLogs: boolean }): Promise<void> {
    await this.running.down();
    if (keepLogs)
      say(`  The logs of every process are kept until the next run: ${join(this.stateFolder, 'logs')}\n`);
    else rmSync(this.stateFolder, { recursive: true });
  }
}
