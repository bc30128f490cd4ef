import { join } from 'node:path';
import { loadComposeFile } from '../compose/load-compose-file.ts';
import { type RunningTopology } from '../engine/running-topology.ts';
import { say } from '../host/say.ts';
import { walkJourney, type JourneyPlace } from '../journey/walk-journey.ts';
import { WORKSPACE } from '../start-topology.ts';

/** Walks the golden journey and prints each step beside what it proves. */
export async function walkAndTell(place: JourneyPlace): Promise<void> {
  say(`\nThe golden journey, through ${place.baseUrl}\n`);
  let step = 0;
  await walkJourney(place, (what, evidence) => {
    const number = what.startsWith(' ') ? '  ' : String((step += 1)).padStart(2);
    say(`  ${number}  ${what.padEnd(48)} ${evidence}`);
  });
}

export function platformOf(topology: RunningTopology): JourneyPlace {
  const broker = topology.publicAddress('kafka', 1, 9092);
  const kafkaPort = broker === undefined ? undefined : Number(broker.split(':')[1]);
  return { baseUrl: topology.url('api-gateway'), slotMap: slotMap(), kafkaPort };
}

/** Which slots lie where: of the file, which is the same for every engine. */
export function slotMap(): string {
  const { services } = loadComposeFile(join(WORKSPACE, 'docker-compose.yml'));
  return services.get('order-service')?.environment['SLOT_MAP'] ?? '';
}
