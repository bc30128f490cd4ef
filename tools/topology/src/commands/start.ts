import { type RunningTopology } from '../engine/running-topology.ts';
import { mebibytes, say, seconds, table } from '../host/say.ts';
import { type Command } from './command.ts';
import { START_OPTIONS } from './common-options.ts';
import { launchPlatform } from './launch-platform.ts';
import { platformOf, walkAndTell } from './walk-and-tell.ts';

const MEMORY_LIMIT_BYTES = 2 * 2 ** 30;

/** Runs in the foreground until Ctrl-C. */
export const start: Command = {
  usage: 'npm start [-- SERVICE …]',
  about: 'start everything (or these services and what they need), walk the golden journey, stop with Ctrl-C',
  options: START_OPTIONS,

  async run(options) {
    const topology = await launchPlatform(options);
    const readyAfterMs = performance.now();
    say();
    say(table(urls(topology)));
    const confirmedAfterMs = options.words.length === 0 ? await walked(topology) : undefined;
    sayFigures(topology, readyAfterMs, confirmedAfterMs);
    say(
      '\nCtrl-C stops everything. In another terminal: npm run status, npm run logs -- SERVICE, npm run journey.',
    );
    return untilStopped();
  },
};

function urls(topology: RunningTopology): string[][] {
  return topology.statuses
    .filter(({ pid }) => pid !== undefined)
    .map(({ service, replica, name, pid }) => [
      name,
      topology.publicAddress(service, replica) ?? '',
      `pid ${pid}`,
    ]);
}

/** @returns the time at which the order of the journey was confirmed */
async function walked(topology: RunningTopology): Promise<number> {
  await walkAndTell(platformOf(topology));
  return performance.now();
}

function sayFigures(
  topology: RunningTopology,
  readyAfterMs: number,
  confirmedAfterMs: number | undefined,
): void {
  const bytes = topology.residentMemory().reduce((sum, residence) => sum + residence.bytes, 0);
  const verdict = bytes <= MEMORY_LIMIT_BYTES ? 'within' : 'OVER';
  const rows = [
    ['ready', `${seconds(readyAfterMs)} after the start`],
    ...(confirmedAfterMs === undefined
      ? []
      : [['first order confirmed', `${seconds(confirmedAfterMs)} after the start`]]),
    [
      'resident memory',
      `${mebibytes(bytes)} in all processes, ${verdict} the limit of ${mebibytes(MEMORY_LIMIT_BYTES)}`,
    ],
  ];
  say(`\n${table(rows)}`);
}

/** Only a signal ends the wait, and the signal handler ends the process itself. */
function untilStopped(): Promise<number> {
  return new Promise(() => setInterval(() => undefined, 2 ** 30));
}
