/**
 * An attack in its own process, so that it uses no processor time of the process that measures latency. Arguments: its name,
 * its seconds, gateways.
 */
import { type AttackName } from '../attack-names.ts';
import { type Attack } from './attack.ts';
import { heavyRoutes, ownPages } from './floods.ts';
import { heldBodies } from './held-bodies.ts';
import { packets } from './packets.ts';
import { slowReaders } from './slow-readers.ts';
import { targetOf } from './target.ts';

const ATTACK: Readonly<Record<Exclude<AttackName, 'hung-replica'>, Attack>> = {
  packets,
  'own-pages': ownPages,
  'slow-readers': slowReaders,
  'held-bodies': heldBodies,
  'heavy-routes': heavyRoutes,
};
const [name = '', seconds = '', ...gateways] = process.argv.slice(2);
// The attack also limits its own time: when a drill is killed, no attack remains.
process.on('disconnect', () => process.exit(0));
await ATTACK[name as keyof typeof ATTACK](
  gateways.map(targetOf),
  AbortSignal.timeout(Number(seconds) * 1_000),
);
process.exit(0);
