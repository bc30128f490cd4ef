import { commonEnvironment, postgresUrl } from '@groundwork/service-kit';
import { isMoverStep, MOVER_STEPS } from '@groundwork/sharding';
import { z } from 'zod';
import { shardUrls } from '../storage/shard-urls.ts';

const ROWS = 'expected a number of rows per second, at least 1';
const DUTY = 'expected a share of the time above 0 and at most 1, e.g. 0.3';
const STEP = `expected one of ${MOVER_STEPS.join(', ')}`;

/** The variables of the mover, both as a service and as a job. */
export const moverEnvironment = {
  DIRECTORY_URL: postgresUrl,
  /** Addresses of shards; they override the addresses in the directory. */
  SHARD_URLS: shardUrls,
  INSTANCE_ID: commonEnvironment.INSTANCE_ID,
  /** Maximum number of rows copied per second. Changes that are followed after the copy are not limited. */
  MOVER_ROWS_PER_SECOND: z.coerce.number({ error: ROWS }).min(1, ROWS).default(4_000),
  /** Maximum share of the time during which copying keeps a shard busy. */
  MOVER_DUTY_CYCLE: z.coerce.number({ error: DUTY }).gt(0, DUTY).max(1, DUTY).default(0.3),
  /** For tests and drills: the process kills itself, as `kill -9` does, when it first reaches this step. */
  MOVER_KILL_AT: z.string().refine(isMoverStep, STEP).optional(),
};

export const moverServiceEnvironment = z.object({ ...commonEnvironment, ...moverEnvironment });
export const moverJobEnvironment = z.object(moverEnvironment);

export type MoverConfig = Readonly<z.output<typeof moverJobEnvironment>>;
