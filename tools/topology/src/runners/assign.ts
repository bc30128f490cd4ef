import { join } from 'node:path';
import { type AddressBook } from '../addresses/address-book.ts';
import { type AddressMapper } from '../addresses/map-addresses.ts';
import { type Service } from '../compose/service.ts';
import { makePassableFolder } from '../servers/process/unprivileged-user.ts';
import { type Assignment } from './runner.ts';

export interface Surroundings {
  readonly workspace: string;
  readonly stateFolder: string;
  readonly book: AddressBook;
  readonly mapper: AddressMapper;
}

/** The only variables that a replica inherits from the caller's environment: those that any program needs to run. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'JAVA_HOME'];

/** Translates the description of one replica to this machine: addresses, volume paths, folders. */
export async function assign(
  service: Service,
  replica: number,
  surroundings: Surroundings,
): Promise<Assignment> {
  const { book, mapper, stateFolder, workspace } = surroundings;
  const name = service.scale > 1 ? `${service.name}-${replica}` : service.name;
  const folder = join(stateFolder, 'run', name);
  makePassableFolder(folder);
  const volumes = service.volumes.map(({ volume, path }) => ({
    path,
    folder: volumeFolder(stateFolder, volume),
  }));
  const translate = async (text: string) =>
    volumes.reduce(withVolumePath, await mapper.map(text, { service: service.name, replica }));

  return {
    service,
    name,
    replica,
    folder,
    workspace,
    command: await Promise.all(service.command.map(translate)),
    environment: {
      ...inherited(),
      NODE_COMPILE_CACHE: join(stateFolder, 'run', 'compile-cache'),
      ...(await translateValues(service.environment, translate)),
    },
    port: (containerPort) => book.port(service.name, replica, containerPort),
    volume: (path) => volumes.find((volume) => volume.path === path)?.folder ?? privateVolume(folder),
  };
}

function volumeFolder(stateFolder: string, volume: string): string {
  const folder = join(stateFolder, 'volumes', volume);
  makePassableFolder(folder);
  return folder;
}

function privateVolume(folder: string): string {
  const own = join(folder, 'data');
  makePassableFolder(own);
  return own;
}

/** Replaces a container path at the start of a value or of an item of a list. */
function withVolumePath(text: string, volume: { path: string; folder: string }): string {
  return text
    .split(',')
    .map((item) =>
      item === volume.path || item.startsWith(`${volume.path}/`)
        ? volume.folder + item.slice(volume.path.length)
        : item,
    )
    .join(',');
}

async function translateValues(
  values: Readonly<Record<string, string>>,
  translate: (text: string) => Promise<string>,
): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(values).map(async ([name, value]) => [name, await translate(value)] as const),
  );
  return Object.fromEntries(entries);
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
