import { z } from 'zod';

export const ShardName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and dashes')
  .meta({ id: 'ShardName', examples: ['shard-3'] });
export type ShardName = z.infer<typeof ShardName>;

/** Ascending slots as ranges, both ends included; empty for none. */
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
    ownershipEpoch: z.int().min(0).describe('The epoch at which its set of slots last changed'),
    addedAt: z.iso.datetime(),
  })
  .meta({ id: 'Shard' });
export type Shard = z.infer<typeof Shard>;

/** The shards, who moves slots, and the slots that are asked for most. */
export const ShardList = z
  .strictObject({
    epoch,
    shards: z.array(Shard),
    mover: z
      .strictObject({ holder: z.string(), pid: z.int(), since: z.iso.datetime() })
      .nullable()
      .describe('The mover at work; null when there is none, so nothing moves'),
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
      .describe('Default: the address that the service was started with for this name'),
  })
  .meta({ id: 'AddShard' });
export type AddShard = z.infer<typeof AddShard>;

export const PlanShards = z
  .strictObject({
    shards: z
      .array(ShardName)
      .min(1)
      .optional()
      .describe('Who shall share the slots evenly; others give theirs away. Default: every shard'),
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
    epoch: epoch.optional().describe('The epoch it was planned for; a newer map refuses it'),
    chunkSlots: z.int().min(1).max(256).optional().describe('Slots switched under one lock. Default: 8'),
  })
  .meta({ id: 'RequestShardMove' });
export type RequestShardMove = z.infer<typeof RequestShardMove>;

/** Slots that are copied and switched together. */
export const ShardMoveChunk = z
  .strictObject({
    from: ShardName,
    to: ShardName,
    owner: ShardName.describe('Who serves the slots at the moment'),
    slots: SlotRanges,
    phase: z.enum(['planned', 'capturing', 'copying', 'following', 'switching', 'dropping', 'gone']),
    rowsCopied: count,
    rowsTotal: count.nullable(),
    backlog: count.describe('Changes that are noted and not yet brought over'),
    verified: z
      .boolean()
      .nullable()
      .describe('What the last comparison that was asked for found; null before it'),
    fault: z.string().nullable().describe('What keeps it from switching until it is asked for again'),
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
      .describe('How long writers of a slot waited for its switch, attempts that failed included'),
    chunks: z.array(ShardMoveChunk),
  })
  .meta({ id: 'ShardMove' });
export type ShardMove = z.infer<typeof ShardMove>;

export const ShardMoveQuery = z.strictObject({
  finished: z.enum(['true', 'false']).default('false').describe('Whether to list finished moves, too'),
});
export type ShardMoveQuery = z.infer<typeof ShardMoveQuery>;

export const DryRunQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Refuses what would be refused, answers what would be answered, and changes nothing'),
});
export type DryRunQuery = z.infer<typeof DryRunQuery>;

export const ShardMoveList = z.strictObject({ items: z.array(ShardMove) }).meta({ id: 'ShardMoveList' });
export type ShardMoveList = z.infer<typeof ShardMoveList>;
