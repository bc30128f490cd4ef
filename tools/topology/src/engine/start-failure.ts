import { tailOf } from '../servers/server.ts';
import { TopologyError } from '../topology.error.ts';
import { type ReplicaStatus } from './replica-state.ts';

/** Why a replica did not come up, with the end of its log. */
export function startFailure(status: ReplicaStatus, why: string): TopologyError {
  const end = status.lastEnd === undefined ? '' : `: ${status.lastEnd}`;
  return new TopologyError(
    'start-failed',
    `${status.name} ${why}${end}\n${indent(tailOf(status.logFile))}\n(log: ${status.logFile})`,
    {
      retryable: true,
    },
  );
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
