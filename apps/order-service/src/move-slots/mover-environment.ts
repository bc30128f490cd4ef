import { commonEnvironment, postgresUrl } from '@groundwork/service-kit';
import { isMoverStep, MOVER_STEPS } from '@groundwork/sharding';
import { z } from 'zod';
import { shardUrls } from '../storage/shard-urls.ts';

const ROWS = 'expected a number of rows a second, at least 1';
const DUTY = 'expected a share of the time above 0 and at most 1, e.g. 0.3';
const STEP = `expected one of ${MOVER_STEPS.join(', ')}`;

/** What the mover needs wherever it runs. */
export const moverEnvironment = {
  DIRECTORY_URL: postgresUrl,
  /** Addresses of shards; they count more than those in the directory. */
  SHARD_URLS: shardUrls,
  INSTANCE_ID: commonEnvironment.INSTANCE_ID,
  /** Rows copied a second, at most. What is followed after the copy is not held back. */
  MOVER_ROWS_PER_SECOND: z.coerce.number({ error: ROWS }).min(1, ROWS).default(4_000),
  /** Share of the time that copying may keep a shard busy. */
  MOVER_DUTY_CYCLE: z.coerce.number({ error: DUTY }).gt(0, DUTY).max(1, DUTY).default(0.3),
  /** For tests and drills: the process kills itself, as `kill -9` does, when it first reaches this step. */
  MOVER_KILL_AT: z.string().refine(isMoverStep, STEP).optional(),
};

export const moverServiceEnvironment = z.object({ ...commonEnvironment, ...moverEnvironment });
export const moverJobEnvironment = z.object(moverEnvironment);

export type MoverConfig = Readonly<z.output<typeof moverJobEnvironment>>;
