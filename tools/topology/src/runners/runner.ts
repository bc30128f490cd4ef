import { type Service } from '../compose/service.ts';
import { type Launch } from '../servers/process/managed-process.ts';

/** One replica that is about to start; its addresses and volume paths are already mapped to this machine. */
export interface Assignment {
  readonly service: Service;
  /** `order-service-1`. */
  readonly name: string;
  readonly replica: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A folder for temporary files of this replica. Exists. */
  readonly folder: string;
  /** The folder in which the workspace's programs start. */
  readonly workspace: string;
  /** Returns this replica's loopback port for one of its container ports. */
  port(containerPort: number): Promise<number>;
  /** Returns the folder of the volume mounted at `path`, otherwise a folder inside `folder`. */
  volume(path: string): string;
}

/**
 * Runs one kind of image as a plain process. `prepare` may be called again for a replica that ran before, and must then keep
 * its data; it is never called concurrently for the same replica. Nothing to close: the caller owns the started process.
 */
export interface Runner {
  runs(service: Service): boolean;
  /** Prepares folders, programs and formats, and returns what to start. */
  prepare(assignment: Assignment): Promise<Launch>;
  /** A cheap check whether the server is far enough for the more expensive health check. */
  isWorthAsking(assignment: Assignment): Promise<boolean>;
}

/**
 * Removes registry, library prefix and tag: `docker.io/library/redis:7` → `redis`; `groundwork/order-service:latest` →
 * `groundwork/order-service`.
 */
export function repositoryOf(image: string): string {
  const withoutTag = image.split('@')[0]?.replace(/:[^/:]*$/, '') ?? '';
  return withoutTag.replace(/^docker\.io\//, '').replace(/^library\//, '');
}
