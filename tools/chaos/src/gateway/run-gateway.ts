import { drawUp, type Ledger, inventoryOf, LOAD_SKUS, readBooks, unsettledCount } from '@groundwork/load';
import { describeMachine, isQuiet, machineNow } from '../platform/machine.ts';
import { signUp } from '../platform/sign-up.ts';
import { untilNothingIsLeft } from '../platform/until-nothing-is-left.ts';
import { type Platform, withPlatform } from '../platform/with-platform.ts';
import { type AttackName } from './attack-names.ts';
import { formatAttack, formatOrders } from './format-gateway.ts';
import { type AttackRun, faultsOfAttack } from './gateway-verdict.ts';
import { Others } from './others.ts';
import { launch } from './launch.ts';
import { startTimes } from './start-times.ts';

const QUIET_SECONDS = 10;
/** A loopback address that the attacks do not use. On Linux all of 127.0.0.0/8 is available. */
const OTHERS_ADDRESS = '127.0.0.2';
const ATTACKERS_ADDRESS = '127.0.0.1';
const CUSTOMERS = 16;

export interface GatewayOptions {
  readonly attacks: readonly AttackName[];
  /** Duration of each attack. */
  readonly seconds: number;
  /** Lets the other clients use the attacker's address, so that they share its limits: the run must fail. */
  readonly shareAddress: boolean;
  readonly keep: boolean;
  say(line: string): void;
}

export interface GatewayResult {
  readonly name: string;
  readonly faults: readonly string[];
}

/** Starts a separate platform, attacks its gateways in several ways, and measures the effect on other clients. */
export async function runGateway(options: GatewayOptions): Promise<readonly GatewayResult[]> {
  const machine = machineNow();
  options.say(`${describeMachine(machine)}. Starting a platform on free ports …`);
  return withPlatform(options, async (platform) => {
    options.say(`Ready: ${platform.gateways.join(', ')}. Logs: ${platform.logs}`);
    const databases = platform.databases([1, 2]);
    const customerIds = await signUp(platform.gateways, CUSTOMERS);
    const before = await inventoryOf(databases, LOAD_SKUS);
    const localAddress = options.shareAddress ? ATTACKERS_ADDRESS : OTHERS_ADDRESS;
    const others = new Others({ gateways: platform.gateways, customerIds, localAddress });
    // The first requests of a platform are slow, and would make all later ones look fast.
    await others.goOnFor(QUIET_SECONDS / 2);
    const results: GatewayResult[] = [];
    for (const attack of options.attacks) {
      options.say(`${attack}: ${QUIET_SECONDS} s without an attack, then ${options.seconds} s of attack …`);
      const run = await attackOnce(platform, others, attack, options.seconds);
      const faults = faultsOfAttack(run, isQuiet(machine));
      options.say(formatAttack(run, faults));
      results.push({ name: attack, faults });
    }
    const ledger = await settle(databases, customerIds, others, before, options.say);
    options.say(formatOrders(ledger));
    results.push({ name: 'orders', faults: [...ledger.lost, ...ledger.duplicated] });
    if (results.some(({ faults }) => faults.length > 0)) platform.keepLogs();
    return results;
  });
}

async function attackOnce(
  platform: Platform,
  others: Others,
  attack: AttackName,
  seconds: number,
): Promise<AttackRun> {
  const quiet = await others.goOnFor(QUIET_SECONDS);
  const startedAt = await startTimes(platform.gateways);
  const end = await launch(attack, platform, seconds);
  const meanwhile = await others.goOnFor(seconds).finally(end);
  const now = await startTimes(platform.gateways);
  return {
    attack,
    quiet,
    meanwhile,
    restarted: now.filter((time, index) => time !== startedAt[index]).length,
  };
}

async function settle(
  databases: ReturnType<Platform['databases']>,
  customerIds: readonly string[],
  { accepted }: Others,
  before: Awaited<ReturnType<typeof inventoryOf>>,
  say: (line: string) => void,
): Promise<Ledger> {
  await untilNothingIsLeft({
    what: 'orders unsettled',
    say,
    count: () => unsettledCount(databases, customerIds, accepted.length),
  });
  const books = await readBooks(databases, customerIds);
  return drawUp({ accepted, before, after: await inventoryOf(databases, LOAD_SKUS), ...books });
}
