import { type Health } from '../health/health-monitor.ts';

/**
 * What a replica does. `waiting` → `starting` → `running`; from there `completed` (a job's success), `stopped` (asked for),
 * `restarting` (it died, the policy brings it back after a pause) or `failed` (it died for good).
 */
export type Phase = 'waiting' | 'starting' | 'running' | 'restarting' | 'completed' | 'stopped' | 'failed';

export interface ReplicaStatus {
  readonly service: string;
  readonly replica: number;
  readonly name: string;
  /** It is ready when it has completed, not when it runs. */
  readonly isJob: boolean;
  readonly phase: Phase;
  readonly health: Health;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** How its last run ended, or why it could not start. */
  readonly lastEnd: string | undefined;
  readonly logFile: string;
}
