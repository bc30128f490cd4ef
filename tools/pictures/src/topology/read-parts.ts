import { loadComposeFile } from '@groundwork/topology';

/** What a part of the platform is: this decides its shape and its colour. */
export type Kind = 'service' | 'database' | 'cache' | 'broker';

/** One service of the Compose file, or several that differ in their number only, such as `postgres-shard-1` and `-2`. */
export interface Part {
  readonly name: string;
  /** The services of the Compose file. */
  readonly services: readonly string[];
  /** Those of them that no start without a profile includes. */
  readonly onRequest: readonly string[];
  readonly kind: Kind;
  readonly replicas: number;
  /** The names of the parts to which it opens connections. */
  readonly connectsTo: readonly string[];
  /** Clients of the platform reach it from outside. */
  readonly isPublic: boolean;
}

/**
 * Reads the parts of the platform from a Compose file. A service connects to another one if its environment contains the
 * other's address, `name:port`. Jobs are left out: they end before the services start.
 */
export function readParts(composeFile: string): Part[] {
  const { allServices } = loadComposeFile(composeFile, { environment: {}, ignoreDotEnv: true });
  const services = [...allServices.values()].filter(({ isJob }) => !isJob);
  const groups = Map.groupBy(services, ({ name }) => name.replace(/-\d+$/, ''));
  return [...groups].map(([name, members]) => {
    const addresses = members.flatMap(({ environment }) => Object.values(environment)).join(' ');
    return {
      name,
      services: members.map((member) => member.name),
      onRequest: members.filter(({ profiles }) => profiles.length > 0).map((member) => member.name),
      kind: kindOf(members[0]!.isBuiltHere, members[0]!.image),
      replicas: members[0]!.scale,
      connectsTo: [...groups]
        .filter(([other, others]) => other !== name && others.some((one) => names(addresses, one.name)))
        .map(([other]) => other),
      isPublic: members.some(({ isBuiltHere, ports }) => isBuiltHere && ports.length > 0),
    };
  });
}

function names(addresses: string, service: string): boolean {
  return new RegExp(`(?<![\\w-])${service}:\\d`).test(addresses);
}

function kindOf(isBuiltHere: boolean, image: string): Kind {
  if (isBuiltHere) return 'service';
  if (image.includes('postgres')) return 'database';
  return image.includes('redis') ? 'cache' : 'broker';
}
