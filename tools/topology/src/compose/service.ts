/** When a dependent may start. */
export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface HealthCheck {
  /** The program and its arguments; a CMD-SHELL check is one string for `sh -c`. */
  readonly command: readonly string[] | string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** How many failures in a row make it unhealthy. */
  readonly retries: number;
  readonly startPeriodMs: number;
}

export interface PublishedPort {
  readonly host: string;
  /** One port a replica, first to last. */
  readonly hostPorts: readonly number[];
  readonly containerPort: number;
  /** As written in the file, before interpolation: it names the variable to change. */
  readonly source: string;
}

export interface VolumeMount {
  readonly volume: string;
  readonly path: string;
}

export interface RestartPolicy {
  readonly when: 'never' | 'on-failure' | 'always';
  readonly atMost: number;
}

/** One service of the file, every default applied, no variable left. */
export interface Service {
  readonly name: string;
  readonly image: string;
  /** Whether the file builds its image from this workspace. */
  readonly isBuiltHere: boolean;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly scale: number;
  /** It belongs to the topology when one of these is active; none means always. */
  readonly profiles: readonly string[];
  /** It ends by itself: whoever needs it waits for its success. */
  readonly isJob: boolean;
  readonly dependsOn: Readonly<Record<string, Condition>>;
  readonly healthCheck: HealthCheck | undefined;
  readonly restart: RestartPolicy;
  readonly ports: readonly PublishedPort[];
  readonly expose: readonly number[];
  readonly volumes: readonly VolumeMount[];
  readonly memoryLimitBytes: number | undefined;
  readonly stopGraceMs: number;
}
