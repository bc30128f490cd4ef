import { type Service } from '../compose/service.ts';
import { tailOf } from '../servers/server.ts';
import { TopologyError } from '../topology.error.ts';
import { type ReplicaStatus } from './replica-state.ts';

/** Why a replica did not come up, with the end of its log. */
export function startFailure({ volumes }: Service, status: ReplicaStatus, why: string): TopologyError {
  const remedy =
    volumes.length > 0 ? '\nIf its data is damaged: npm run reset removes all data of this platform.' : '';
  const end = status.lastEnd === undefined ? '' : `: ${status.lastEnd}`;
  return new TopologyError(
    'start-failed',
    `${status.name} ${why}${end}\n${indent(tailOf(status.logFile))}\n(log: ${status.logFile})${remedy}`,
    {
      retryable: true,
    },
  );
}

/** Without the frames of stack traces, which push the lines that say why out of sight. */
function indent(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s+at /.test(line));
  return lines.map((line) => `    ${line}`).join('\n');
}
