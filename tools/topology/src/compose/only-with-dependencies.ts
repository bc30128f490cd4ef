import { TopologyError } from '../topology.error.ts';
import { type Service } from './service.ts';

/** Returns the named services and their direct and indirect dependencies; without names, all services. */
export function onlyWithDependencies(
  services: ReadonlyMap<string, Service>,
  names: readonly string[],
): ReadonlyMap<string, Service> {
  if (names.length === 0) return services;
  const kept = new Set<string>();
  const keep = (name: string): void => {
    const service = services.get(name);
    if (service === undefined) {
      const known = [...services.keys()].join(', ');
      throw new TopologyError('unknown-service', `there is no service ${name}; there are ${known}`);
    }
    if (kept.has(name)) return;
    kept.add(name);
    Object.keys(service.dependsOn).forEach(keep);
  };
  names.forEach(keep);
  return new Map([...services].filter(([name]) => kept.has(name)));
}
