import { join } from 'node:path';
import { loadComposeFile } from '../compose/load-compose-file.ts';
import { type RunningTopology } from '../engine/running-topology.ts';
import { say } from '../host/say.ts';
import { walkJourney, type JourneyPlace } from '../journey/walk-journey.ts';
import { WORKSPACE } from '../start-topology.ts';

const DIRECTORY = 'postgres-directory';

/** Runs the golden journey, and prints for each step what it proves. */
export async function walkAndTell(place: JourneyPlace): Promise<void> {
  say(`\nThe golden journey, through ${place.baseUrl}\n`);
  let step = 0;
  await walkJourney(place, (what, evidence) => {
    const number = what.startsWith(' ') ? '  ' : String((step += 1)).padStart(2);
    say(`  ${number}  ${what.padEnd(48)} ${evidence}`);
  });
  say('\n  docs/glossary.md explains slot, partition, offset, L1 and L2.');
}

export function platformOf(topology: RunningTopology): JourneyPlace {
  const broker = topology.publicAddress('kafka', 1, 9092);
  const kafkaPort = broker === undefined ? undefined : Number(broker.split(':')[1]);
  return { baseUrl: topology.url('api-gateway'), directoryUrl: topology.database(DIRECTORY), kafkaPort };
}

/**
 * Returns the URL of the directory database: behind the given port of this machine, or behind the port that the file
 * publishes.
 */
export function directoryUrl(port: number | undefined): string | undefined {
  const directory = loadComposeFile(join(WORKSPACE, 'docker-compose.yml')).services.get(DIRECTORY);
  const {
    POSTGRES_USER: user,
    POSTGRES_PASSWORD: password,
    POSTGRES_DB: name,
  } = directory?.environment ?? {};
  const published = port ?? directory?.ports[0]?.hostPorts[0];
  return published === undefined
    ? undefined
    : `postgres://${user}:${password}@127.0.0.1:${published}/${name}`;
}
