import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { AddressBook } from '../addresses/address-book.ts';
import { loadComposeFile } from '../compose/load-compose-file.ts';
import { postgresBinaries } from '../servers/postgres/postgres-binaries.ts';
import { type StateFolder } from '../state/state-folder.ts';
import { availableMemory } from './available-memory.ts';
import { howToInstall, mayInstall } from './install-missing-tools.ts';
import { mebibytes } from './say.ts';
import { JAVA, MAVEN, REDIS, type Tool } from './tools.ts';

export interface Finding {
  /** `note` is information that does not prevent a start. */
  readonly verdict: 'good' | 'note' | 'bad';
  readonly subject: string;
  readonly found: string;
  readonly remedy?: string;
}

export interface Patient {
  readonly workspace: string;
  readonly state: StateFolder;
  /** A running platform uses its own ports, so they count as good. */
  readonly isRunning: boolean;
}

const NEEDED_MEMORY = 2 * 2 ** 30;
const NEEDED_DISK = 2 * 2 ** 30;

/** Checks everything that the native engine needs from the machine. */
export async function examine(patient: Patient): Promise<Finding[]> {
  return [
    node(),
    tool('Java', JAVA),
    tool('Maven', MAVEN),
    tool('Redis', REDIS),
    postgres(),
    memory(),
    disk(patient.state),
    await ports(patient),
    docker(),
  ];
}

function node(): Finding {
  return {
    verdict: 'good',
    subject: 'Node',
    found: `${process.version}, the version that the workspace pins`,
  };
}

function tool(subject: string, wanted: Tool): Finding {
  const found = wanted.find();
  if (found !== undefined) return { verdict: 'good', subject, found };
  if (mayInstall())
    return { verdict: 'note', subject, found: `${wanted.name} is missing; npm start installs it (apt-get)` };
  return {
    verdict: 'bad',
    subject,
    found: `${wanted.name} is missing: ${wanted.why}`,
    remedy: howToInstall([wanted]),
  };
}

function postgres(): Finding {
  try {
    return { verdict: 'good', subject: 'Postgres', found: postgresBinaries().postgres };
  } catch (error) {
    return {
      verdict: 'bad',
      subject: 'Postgres',
      found: (error as Error).message,
      remedy: 'npm ci, without --omit=optional',
    };
  }
}

function memory(): Finding {
  const available = availableMemory() ?? freemem();
  const found = `${mebibytes(available)} available of ${mebibytes(totalmem())}`;
  if (available >= NEEDED_MEMORY) return { verdict: 'good', subject: 'Memory', found };
  return {
    verdict: 'bad',
    subject: 'Memory',
    found,
    remedy: `the platform needs ${mebibytes(NEEDED_MEMORY)}: close other programs`,
  };
}

function disk({ path, note }: StateFolder): Finding {
  const { bavail, bsize } = statfsSync(path);
  const found = `${mebibytes(bavail * bsize)} free for ${path}${note === undefined ? '' : ` (${note})`}`;
  if (bavail * bsize >= NEEDED_DISK) return { verdict: 'good', subject: 'Disk', found };
  return {
    verdict: 'bad',
    subject: 'Disk',
    found,
    remedy: 'free disk space, or set GROUNDWORK_STATE to a folder on another disk',
  };
}

async function ports({ workspace, isRunning }: Patient): Promise<Finding> {
  const { services } = loadComposeFile(join(workspace, 'docker-compose.yml'));
  const published = [...services.values()].flatMap((service) =>
    service.ports.flatMap(({ hostPorts }) => hostPorts),
  );
  if (isRunning)
    return {
      verdict: 'good',
      subject: 'Ports',
      found: `${published.join(', ')}: in use by the running platform`,
    };
  try {
    await new AddressBook(services, { freePorts: false }).refuseTakenPorts([...services.values()]);
    return { verdict: 'good', subject: 'Ports', found: `${published.join(', ')} are free` };
  } catch (error) {
    const [what, ...lines] = (error as Error).message.split('\n');
    const remedy = lines.pop();
    const taken = lines.map((line) => line.trim()).join(', ');
    return {
      verdict: 'bad',
      subject: 'Ports',
      found: `${what} ${taken}`.trimEnd(),
      ...(remedy !== undefined && { remedy }),
    };
  }
}

function docker(): Finding {
  const { status, stdout } = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (status === 0) return { verdict: 'good', subject: 'Docker', found: `engine ${stdout.trim()}` };
  return {
    verdict: 'note',
    subject: 'Docker',
    found: 'no engine answers; npm start does not need one, docker compose up does',
  };
}
