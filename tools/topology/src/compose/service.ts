/** The condition under which a dependent may start. */
export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface HealthCheck {
  /** The program and its arguments; a CMD-SHELL check is one string for `sh -c`. */
  readonly command: readonly string[] | string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** The number of consecutive failures after which the service is unhealthy. */
  readonly retries: number;
  readonly startPeriodMs: number;
}

export interface PublishedPort {
  readonly host: string;
  /** One port for each replica, in order. */
  readonly hostPorts: readonly number[];
  readonly containerPort: number;
  /** The value as written in the file, before interpolation: it names the variable to change. */
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

/** One service of the file, with all defaults applied and all variables replaced. */
export interface Service {
  readonly name: string;
  readonly image: string;
  /** Whether the file builds its image from this workspace. */
  readonly isBuiltHere: boolean;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly scale: number;
  /** The service is active when one of these profiles is active; an empty list means always. */
  readonly profiles: readonly string[];
  /** The service ends by itself, and its dependents wait for its success. */
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
