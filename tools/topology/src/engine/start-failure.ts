import { type Service } from '../compose/service.ts';
import { tailOf } from '../servers/server.ts';
import { TopologyError } from '../topology.error.ts';
import { type ReplicaStatus } from './replica-state.ts';

/** Returns an error that says why a replica is not ready, with the end of its log. */
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

/** Removes the frames of stack traces, which would hide the lines that name the cause. */
function indent(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s+at /.test(line));
  return lines.map((line) => `    ${line}`).join('\n');
}
