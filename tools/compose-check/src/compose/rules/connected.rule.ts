import { type Finding } from '../../finding.ts';
import { asList, asMapping, type ComposeFile, type Mapping } from '../compose-file.ts';

/** The host of `scheme://host:port`, `scheme://user:password@host:port`, `1@host:port` or a list of `host:port`. */
const HOST = /(?:\/\/|@|^|,)([a-z][a-z0-9-]*):\d{2,5}\b/g;

/** Checks that the names in the file exist: dependencies, the hosts in addresses, volumes. */
export function connected(file: ComposeFile): Finding[] {
  return Object.entries(file.services).flatMap(([name, service]) => [
    ...Object.entries(asMapping(service['depends_on'])).flatMap(([dependency, how]) =>
      deadDependency(file, name, dependency, asMapping(how)),
    ),
    ...Object.entries(asMapping(service['environment'])).flatMap(([variable, value]) =>
      unknownHosts(file, `${name}.environment.${variable}`, String(value)),
    ),
    ...asList(service['volumes']).flatMap((volume) =>
      undeclaredVolume(file, `${name}.volumes`, String(volume)),
    ),
  ]);
}

function deadDependency(file: ComposeFile, name: string, dependency: string, how: Mapping): Finding[] {
  const where = `${name}.depends_on.${dependency}`;
  const target = file.services[dependency];
  if (!target) return [{ where, expected: 'a service of the file' }];
  if (!isThereWith(asList(file.services[name]?.['profiles']), asList(target['profiles'])))
    return [{ where, expected: `a service that is active whenever ${name} is: ${dependency} has a profile` }];
  if (how['condition'] !== 'service_healthy' || target['healthcheck']) return [];
  return [{ where, expected: `a health check in ${dependency}` }];
}

/** Compose starts nothing at all when an active service depends on a service of an inactive profile. */
function isThereWith(profiles: readonly unknown[], needed: readonly unknown[]): boolean {
  if (needed.length === 0) return true;
  return profiles.length > 0 && profiles.every((profile) => needed.includes(profile));
}

function unknownHosts(file: ComposeFile, where: string, value: string): Finding[] {
  return [...value.matchAll(HOST)]
    .map(([, host = '']) => host)
    .filter((host) => file.services[host] === undefined)
    .map((host) => ({ where, expected: `a service of the file instead of ${host}` }));
}

function undeclaredVolume(file: ComposeFile, where: string, volume: string): Finding[] {
  const source = volume.split(':')[0] ?? '';
  if (source.startsWith('.') || source.startsWith('/') || source in asMapping(file.top['volumes'])) return [];
  return [{ where, expected: `${source} among the top-level volumes` }];
}
