import { type Command } from './docker-command.ts';
import { type Container, inspectContainers } from './docker-container.ts';
import { type ServiceName } from './topology-under-test.ts';

/** Reads the current containers of the topology from Docker. */
export class DockerContainers {
  private readonly docker: Command;
  private readonly compose: Command;

  constructor(docker: Command, compose: Command) {
    this.docker = docker;
    this.compose = compose;
  }

  async of(service: ServiceName, replica?: number): Promise<readonly Container[]> {
    const all = await this.inspect(await this.compose('ps', '-a', '-q', service));
    const chosen = replica === undefined ? all : all.filter((container) => container.replica === replica);
    if (chosen.length === 0)
      throw new Error(
        `Docker has no replica ${replica ?? 1} of ${service}; start the topology with \`docker compose up\`.`,
      );
    return chosen;
  }

  /** Creates and starts a service that belongs to a profile. */
  async add(profile: string, service: ServiceName): Promise<void> {
    await this.compose('--profile', profile, 'up', '-d', service);
  }

  async all(): Promise<readonly Container[]> {
    return this.inspect(await this.compose('ps', '-q'));
  }

  async order(containers: readonly Container[], ...command: readonly string[]): Promise<string> {
    return containers.length === 0 ? '' : this.docker(...command, ...containers.map(({ id }) => id));
  }

  private inspect(ids: string): Promise<readonly Container[]> {
    return inspectContainers(this.docker, ids.split(/\s+/).filter(Boolean));
  }
}
