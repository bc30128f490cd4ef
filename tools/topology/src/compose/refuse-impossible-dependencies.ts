import { TopologyError } from '../topology.error.ts';
import { type Service } from './service.ts';

/**
 * Throws an error for dependencies that can never be satisfied: unknown services, cycles, services without a health check,
 * services that never end.
 */
export function refuseImpossibleDependencies(services: ReadonlyMap<string, Service>): void {
  for (const service of services.values()) {
    for (const [name, condition] of Object.entries(service.dependsOn)) {
      const where = `services.${service.name}.depends_on.${name}`;
      const dependency = services.get(name);
      if (dependency === undefined)
        throw new TopologyError('unknown-dependency', `${where}: there is no such service`);
      if (condition === 'service_healthy' && dependency.healthCheck === undefined) {
        throw new TopologyError('impossible-dependency', `${where}: ${name} has no health check to wait for`);
      }
      if (condition === 'service_completed_successfully' && dependency.restart.when === 'always') {
        throw new TopologyError(
          'impossible-dependency',
          `${where}: ${name} always restarts, so it never completes`,
        );
      }
    }
  }
  startOrder(services);
}

/** Returns the services in start order, each after its dependencies. */
export function startOrder(services: ReadonlyMap<string, Service>): Service[] {
  const ordered: Service[] = [];
  const visit = (service: Service, path: readonly string[]) => {
    if (path.includes(service.name)) {
      const cycle = [...path.slice(path.indexOf(service.name)), service.name].join(' → ');
      throw new TopologyError('dependency-cycle', `these services wait for each other: ${cycle}`);
    }
    if (ordered.includes(service)) return;
    for (const name of Object.keys(service.dependsOn)) {
      const dependency = services.get(name);
      if (dependency !== undefined) visit(dependency, [...path, service.name]);
    }
    ordered.push(service);
  };
  for (const service of services.values()) visit(service, []);
  return ordered;
}
