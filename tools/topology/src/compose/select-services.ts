import { TopologyError } from '../topology.error.ts';
import { onlyWithDependencies } from './only-with-dependencies.ts';
import { refuseImpossibleDependencies } from './refuse-impossible-dependencies.ts';
import { type Service } from './service.ts';

export interface Selection {
  readonly profiles: readonly string[];
  /** These services and their dependencies; an empty list means all. */
  readonly only: readonly string[];
}

/** Returns the services without a profile and the services of the active profiles. */
export function selectServices(
  all: ReadonlyMap<string, Service>,
  { profiles, only }: Selection,
): ReadonlyMap<string, Service> {
  const active = new Map([...all].filter(([, service]) => isActive(service, profiles)));
  refuseImpossibleDependencies(active);
  return onlyWithDependencies(active, only);
}

export function refuseUnknownProfiles(all: ReadonlyMap<string, Service>, profiles: readonly string[]): void {
  const known = new Set([...all.values()].flatMap((service) => service.profiles));
  const unknown = profiles.find((profile) => !known.has(profile));
  if (unknown === undefined) return;
  throw new TopologyError(
    'unknown-profile',
    `there is no profile ${unknown}; there ${known.size === 0 ? 'is none' : `are ${[...known].join(', ')}`}`,
  );
}

function isActive({ profiles }: Service, active: readonly string[]): boolean {
  return profiles.length === 0 || profiles.some((profile) => active.includes(profile));
}
