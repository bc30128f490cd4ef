import { type Health } from '../health/health-monitor.ts';

/**
 * The state of a replica. `waiting` → `starting` → `running`; from there `completed` (a job succeeded), `stopped` (on
 * request), `restarting` (it died, and the policy restarts it after a pause) or `failed` (it died and will not restart).
 */
export type Phase = 'waiting' | 'starting' | 'running' | 'restarting' | 'completed' | 'stopped' | 'failed';

export interface ReplicaStatus {
  readonly service: string;
  readonly replica: number;
  readonly name: string;
  /** A job is ready when it has completed, not when it runs. */
  readonly isJob: boolean;
  readonly phase: Phase;
  readonly health: Health;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** How the last run ended, or why the replica could not start. */
  readonly lastEnd: string | undefined;
  readonly logFile: string;
}
