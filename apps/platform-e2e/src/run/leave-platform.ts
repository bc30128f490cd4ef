import { lentTopology } from '../topology/current-topology.ts';
import { type Residence } from '../topology/topology-under-test.ts';
import { hasFailed } from './outcome.ts';
import { say } from './say.ts';

const MIB = 2 ** 20;

/** Jest's global teardown: prints the memory of the platform after all suites, then closes the topology. */
export default async function leavePlatform(): Promise<void> {
  const topology = lentTopology(globalThis);
  if (topology === undefined) return;
  try {
    say(formatMemory(await topology.residentMemory()));
  } finally {
    await topology.close({ keepLogs: hasFailed() });
  }
}

function formatMemory(residences: readonly Residence[]): string {
  const total = residences.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [...residences, { process: 'total', bytes: total }];
  const lines = rows.map(({ process, bytes }) => `    ${process.padEnd(28)}${Math.round(bytes / MIB)} MiB`);
  return ['', '  resident memory after the last suite', ...lines, ''].join('\n');
}
