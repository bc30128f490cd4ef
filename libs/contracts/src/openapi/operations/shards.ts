import {
  AddShard,
  DryRunQuery,
  PlanShards,
  RequestShardMove,
  Shard,
  ShardList,
  ShardMove,
  ShardMoveList,
  ShardMoveQuery,
  ShardPlan,
} from '../../http/shards.ts';
import { type Operation } from '../operation.ts';
import { moveParameter, queryParameters } from '../parameters.ts';

const common = { tag: 'shards', forOperators: true } as const;

const wish = (name: string, operationId: string, summary: string): Operation => ({
  ...common,
  method: 'post',
  path: `/v1/admin/shard-moves/{id}/${name}`,
  operationId,
  summary,
  parameters: [moveParameter, ...queryParameters(DryRunQuery)],
  success: { status: 200, schema: ShardMove },
  problems: ['InvalidRequest', 'MoveConflict'],
});

export const shardOperations: readonly Operation[] = [
  {
    ...common,
    method: 'get',
    path: '/v1/admin/shards',
    operationId: 'listShards',
    summary: 'Lists the shards with their slots, the mover and the hot slots',
    success: { status: 200, schema: ShardList },
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/shards',
    operationId: 'addShard',
    summary: 'Makes an empty database a shard without slots: schema, directory, reference tables. Repeatable',
    body: AddShard,
    success: { status: 200, schema: Shard },
    problems: ['InvalidRequest', 'ShardConflict', 'UnusableShard'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/shard-plans',
    operationId: 'planShards',
    summary: 'Says which slots would move so that the shards share them evenly; changes nothing',
    body: PlanShards,
    success: { status: 200, schema: ShardPlan },
    problems: ['InvalidRequest', 'MoveConflict', 'UnusableShard'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/shard-moves',
    operationId: 'requestShardMove',
    summary:
      'Begins to copy slots to other shards, and to follow what changes. Repeating it begins nothing else',
    parameters: queryParameters(DryRunQuery),
    body: RequestShardMove,
    success: { status: 201, schema: ShardMove, headers: ['Location'] },
    problems: ['InvalidRequest', 'MoveConflict', 'UnusableShard'],
  },
  {
    ...common,
    method: 'get',
    path: '/v1/admin/shard-moves',
    operationId: 'listShardMoves',
    summary: 'Lists moves, newest first',
    parameters: queryParameters(ShardMoveQuery),
    success: { status: 200, schema: ShardMoveList },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'get',
    path: '/v1/admin/shard-moves/{id}',
    operationId: 'readShardMove',
    summary: 'Reads how far a move is',
    parameters: [moveParameter],
    success: { status: 200, schema: ShardMove },
    problems: ['InvalidRequest'],
  },
  wish('verify', 'verifyShardMove', 'Compares counts and checksums of every slot on both sides'),
  wish('switch', 'switchShardMove', 'Lets the destination own the slots; the source follows'),
  wish('reverse', 'reverseShardMove', 'Lets the source own the slots again; the destination follows'),
  wish('drop', 'dropShardMove', 'Ends the move: deletes the copy that does not own the slots'),
  wish(
    'abandon',
    'abandonShardMove',
    'Ends the move without the side that does not own the slots: its database is lost for good',
  ),
];
