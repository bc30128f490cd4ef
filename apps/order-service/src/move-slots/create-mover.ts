import { type MoverStep } from '@groundwork/sharding';
import { Mover, type MoverLogger } from '@groundwork/sharding/postgres';
import { TABLE_ROLES } from '../storage/table-roles.ts';
import { type MoverConfig } from './mover-environment.ts';

export function createMover(config: MoverConfig, logger: MoverLogger): Mover {
  return new Mover({
    directoryUrl: config.DIRECTORY_URL,
    shardUrls: config.SHARD_URLS,
    name: { holder: config.INSTANCE_ID, pid: process.pid },
    tables: TABLE_ROLES,
    pace: { rowsPerSecond: config.MOVER_ROWS_PER_SECOND, dutyCycle: config.MOVER_DUTY_CYCLE },
    logger,
    ...(config.MOVER_KILL_AT !== undefined && { reached: killAt(config.MOVER_KILL_AT) }),
  });
}

function killAt(wanted: string): (step: MoverStep) => void {
  return (step) => {
    if (step === wanted) process.kill(process.pid, 'SIGKILL');
  };
}
