import { z } from 'zod';

export const ShardName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and dashes')
  .meta({ id: 'ShardName', examples: ['shard-3'] });
export type ShardName = z.infer<typeof ShardName>;

/** Slots in ascending order as ranges, both ends included; empty for no slots. */
export const SlotRanges = z
  .string()
  .regex(/^(\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*)?$/, 'expected slots such as 0-511,600')
  .meta({ id: 'SlotRanges', examples: ['0-511,600'] });
export type SlotRanges = z.infer<typeof SlotRanges>;

const count = z.int().min(0);
const epoch = z.int().min(1).describe('The epoch of the slot map');

export const Shard = z
  .strictObject({
    name: ShardName,
    address: z.string().describe('host:port/database'),
    slots: count,
    ranges: SlotRanges,
    ownershipEpoch: z.int().min(0).describe('The epoch at which the set of slots of the shard last changed'),
    addedAt: z.iso.datetime(),
  })
  .meta({ id: 'Shard' });
export type Shard = z.infer<typeof Shard>;

/** The shards, the active mover, and the slots with the most operations. */
export const ShardList = z
  .strictObject({
    epoch,
    shards: z.array(Shard),
    mover: z
      .strictObject({ holder: z.string(), pid: z.int(), since: z.iso.datetime() })
      .nullable()
      .describe('The active mover; null when there is none, so no slot moves'),
    hotSlots: z.array(
      z.strictObject({ slot: count, shard: ShardName, operationsPerSecond: z.number().min(0) }),
    ),
  })
  .meta({ id: 'ShardList' });
export type ShardList = z.infer<typeof ShardList>;

export const AddShard = z
  .strictObject({
    name: ShardName,
    url: z
      .string()
      .regex(
        /^postgres(ql)?:\/\/[^\s]+\/[^\s]+$/,
        'expected a Postgres URL, e.g. postgres://user:password@host:5432/orders',
      )
      .optional()
      .describe('Default: the address that the service was configured with for this name'),
  })
  .meta({ id: 'AddShard' });
export type AddShard = z.infer<typeof AddShard>;

export const PlanShards = z
  .strictObject({
    shards: z
      .array(ShardName)
      .min(1)
      .optional()
      .describe(
        'The shards that share the slots evenly; all other shards give up their slots. Default: every shard',
      ),
  })
  .meta({ id: 'PlanShards' });
export type PlanShards = z.infer<typeof PlanShards>;

export const ShardPlan = z
  .strictObject({
    epoch,
    moves: z.array(z.strictObject({ from: ShardName, to: ShardName, slots: SlotRanges, slotCount: count })),
  })
  .meta({ id: 'ShardPlan' });
export type ShardPlan = z.infer<typeof ShardPlan>;

export const RequestShardMove = z
  .strictObject({
    moves: z.array(z.strictObject({ to: ShardName, slots: SlotRanges.min(1) })).min(1),
    epoch: epoch
      .optional()
      .describe('The epoch that the move was planned for; rejected when the slot map is newer'),
    chunkSlots: z.int().min(1).max(256).optional().describe('Slots switched under one lock. Default: 8'),
  })
  .meta({ id: 'RequestShardMove' });
export type RequestShardMove = z.infer<typeof RequestShardMove>;

/** Slots that are copied and switched together. */
export const ShardMoveChunk = z
  .strictObject({
    from: ShardName,
    to: ShardName,
    owner: ShardName.describe('The shard that serves the slots now'),
    slots: SlotRanges,
    phase: z.enum(['planned', 'capturing', 'copying', 'following', 'switching', 'dropping', 'gone']),
    rowsCopied: count,
    rowsTotal: count.nullable(),
    backlog: count.describe('Captured changes that are not yet applied to the destination'),
    verified: z
      .boolean()
      .nullable()
      .describe('Result of the last requested comparison; null before the first one'),
    fault: z
      .string()
      .nullable()
      .describe('The fault that blocks the switch until the operator requests the switch again'),
    waiting: z.string().nullable().describe('What the mover waits for'),
  })
  .meta({ id: 'ShardMoveChunk' });
export type ShardMoveChunk = z.infer<typeof ShardMoveChunk>;

export const MoveId = z
  .string()
  .regex(/^[1-9][0-9]{0,17}$/, 'expected the number of a move')
  .meta({ id: 'MoveId', examples: ['1'] });
export type MoveId = z.infer<typeof MoveId>;

export const ShardMove = z
  .strictObject({
    id: MoveId,
    goal: z.enum(['follow', 'switch', 'reverse', 'drop', 'abandon']),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    slots: count,
    switched: count.describe('Slots that the destination owns'),
    pauseMs: z
      .strictObject({ p50: z.number(), p99: z.number(), max: z.number() })
      .nullable()
      .describe('How long writers of a slot waited for its switch, including failed attempts'),
    chunks: z.array(ShardMoveChunk),
  })
  .meta({ id: 'ShardMove' });
export type ShardMove = z.infer<typeof ShardMove>;

export const ShardMoveQuery = z.strictObject({
  finished: z.enum(['true', 'false']).default('false').describe('Whether to list finished moves as well'),
});
export type ShardMoveQuery = z.infer<typeof ShardMoveQuery>;

export const DryRunQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Returns the same answer or problem as a real run, and changes nothing'),
});
export type DryRunQuery = z.infer<typeof DryRunQuery>;

export const ShardMoveList = z.strictObject({ items: z.array(ShardMove) }).meta({ id: 'ShardMoveList' });
export type ShardMoveList = z.infer<typeof ShardMoveList>;
