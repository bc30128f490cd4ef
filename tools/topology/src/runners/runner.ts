import { type Service } from '../compose/service.ts';
import { type Launch } from '../servers/process/managed-process.ts';

/** One replica about to start: the file's words with addresses and volume paths already mapped to this machine. */
export interface Assignment {
  readonly service: Service;
  /** `order-service-1`. */
  readonly name: string;
  readonly replica: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where this replica may write what nobody needs after it. Exists. */
  readonly folder: string;
  /** Where the workspace's programs start. */
  readonly workspace: string;
  /** This replica's loopback port for one of its container ports. */
  port(containerPort: number): Promise<number>;
  /** The folder of the volume mounted at `path`, else one in `folder`. */
  volume(path: string): string;
}

/**
 * Runs one kind of image as a plain process. `prepare` may be called again for a replica that ran before, and must then
 * keep its data; it is never called twice at once for the same replica. Nothing to close: what it starts is the caller's.
 */
export interface Runner {
  runs(service: Service): boolean;
  /** Makes everything ready (folders, programs, formats) and says what to start. */
  prepare(assignment: Assignment): Promise<Launch>;
  /** A cheap look whether the health check is worth its price already. */
  isWorthAsking(assignment: Assignment): Promise<boolean>;
}

/** `docker.io/library/redis:7` → `redis`; `groundwork/order-service:latest` → `groundwork/order-service`. */
export function repositoryOf(image: string): string {
  const withoutTag = image.split('@')[0]?.replace(/:[^/:]*$/, '') ?? '';
  return withoutTag.replace(/^docker\.io\//, '').replace(/^library\//, '');
}
