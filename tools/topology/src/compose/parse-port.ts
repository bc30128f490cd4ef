import { TopologyError } from '../topology.error.ts';
import { invalid } from './scalars.ts';
import { type PublishedPort } from './service.ts';

const PORT =
  /^(?:(?<host>\d+\.\d+\.\d+\.\d+):)?(?:(?<from>\d+)(?:-(?<to>\d+))?:)(?<container>\d+)(?:\/tcp)?$/;

/**
 * Parses `[HOST:]PORT[-PORT]:CONTAINER`. A range contains one port for each replica; a replica without a port is an error.
 */
export function parsePort(value: unknown, source: string, scale: number, where: string): PublishedPort {
  const parts = PORT.exec(String(value))?.groups;
  if (parts === undefined)
    throw invalid(where, value, 'a port such as 127.0.0.1:8080:8080 or 8080-8081:8080');
  const from = Number(parts['from']);
  const to = Number(parts['to'] ?? from);
  if (from < 1 || to > 65_535 || to < from) throw invalid(where, value, 'ports from 1 to 65535');
  if (to - from + 1 < scale) {
    throw new TopologyError(
      'too-few-ports',
      `${where}: ${scale} replicas need ${scale} ports, ${JSON.stringify(value)} has ${to - from + 1}${variableHint(source)}`,
    );
  }
  const hostPorts = Array.from({ length: scale }, (_, index) => from + index);
  return { host: parts['host'] ?? '127.0.0.1', hostPorts, containerPort: Number(parts['container']), source };
}

/** Returns a hint with the variable that the file reads a value from: ` (set GATEWAY_PORTS)`. */
export function variableHint(source: string): string {
  const name = /\$\{([A-Za-z_][A-Za-z0-9_]*)/.exec(source)?.[1];
  return name === undefined ? '' : ` (set ${name})`;
}
