import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Platform } from '../platform/with-platform.ts';
import { type AttackName } from './attack-names.ts';

/** The service whose replica is stopped: the other clients' reads go to it. */
const HUNG_SERVICE = 'cache-service';

/**
 * Starts an attack.
 *
 * @returns a function that ends the attack and waits until it has ended
 */
export async function launch(
  attack: AttackName,
  { topology, gateways }: Platform,
  seconds: number,
): Promise<() => Promise<void>> {
  if (attack === 'hung-replica') {
    await topology.kill(HUNG_SERVICE, 1, 'SIGSTOP');
    return () => topology.kill(HUNG_SERVICE, 1, 'SIGCONT');
  }
  const program = join(import.meta.dirname, 'attacks/attacker.process.ts');
  const attacker = fork(program, [attack, String(seconds), ...gateways], { execArgv: ['--no-warnings'] });
  const exited = once(attacker, 'exit');
  return async () => {
    if (attacker.connected) attacker.disconnect();
    const [code] = (await exited) as [number | null];
    if (code !== 0) throw new Error(`the attack ${attack} ended with status ${code}`);
  };
}
