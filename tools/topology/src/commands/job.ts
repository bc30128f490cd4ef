import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { AddressBook } from '../addresses/address-book.ts';
import { AddressMapper } from '../addresses/map-addresses.ts';
import { loadComposeFile } from '../compose/load-compose-file.ts';
import { type Service } from '../compose/service.ts';
import { assign } from '../runners/assign.ts';
import { runnerOf } from '../runners/runner-of.ts';
import { WORKSPACE } from '../start-topology.ts';
import { runningState } from '../state/running-state.ts';
import { type RecordedState } from '../state/state-file.ts';
import { TopologyError } from '../topology.error.ts';
import { type Command } from './command.ts';

/** The native `docker compose run --rm`, for services that run once and end. */
export const job: Command = {
  usage: 'npm run job -- JOB [ARGUMENT …]',
  about: 'run a job of the file again, on the running platform',
  passesArguments: true,

  async run({ project, words: [name = '', ...args] }) {
    const file = loadComposeFile(join(WORKSPACE, 'docker-compose.yml'));
    const service = jobOf(file.allServices, name);
    const { folder, state } = runningState(project);
    const book = new AddressBook(file.allServices, { freePorts: true, given: givenPorts(state) });
    const mapper = new AddressMapper(file.allServices, book);
    const assignment = await assign(service, 1, { workspace: WORKSPACE, stateFolder: folder, book, mapper });
    const launch = await runnerOf(service).prepare(assignment);
    const child = spawn(launch.file, [...launch.args, ...args], {
      cwd: launch.folder,
      env: launch.environment,
      stdio: 'inherit',
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  },
};

function jobOf(services: ReadonlyMap<string, Service>, name: string): Service {
  const service = services.get(name);
  if (service?.isJob === true) return service;
  const jobs = [...services.values()].filter(({ isJob }) => isJob).map((known) => known.name);
  throw new TopologyError('unknown-job', `"${name}" is not a job: expected one of ${jobs.join(', ')}`);
}

function givenPorts({ replicas }: RecordedState): [string, number][] {
  return replicas.flatMap(({ service, replica, ports }) =>
    Object.entries(ports).map(([containerPort, port]): [string, number] => [
      `${service}/${replica}/${containerPort}`,
      port,
    ]),
  );
}
