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
    summary:
      'Turns an empty database into a shard without slots: schema, directory entry, reference tables. Repeatable',
    body: AddShard,
    success: { status: 200, schema: Shard },
    problems: ['InvalidRequest', 'ShardConflict', 'UnusableShard'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/shard-plans',
    operationId: 'planShards',
    summary: 'Plans which slots to move so that the shards share them evenly; changes nothing',
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
      'Starts to copy slots to other shards and to follow their changes. Repeating the request starts no second move',
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
    summary: 'Reads the progress of a move',
    parameters: [moveParameter],
    success: { status: 200, schema: ShardMove },
    problems: ['InvalidRequest'],
  },
  wish('verify', 'verifyShardMove', 'Compares counts and checksums of every slot on both sides'),
  wish('switch', 'switchShardMove', 'Makes the destination the owner of the slots; the source follows'),
  wish(
    'reverse',
    'reverseShardMove',
    'Makes the source the owner of the slots again; the destination follows',
  ),
  wish('drop', 'dropShardMove', 'Ends the move: deletes the copy that does not own the slots'),
  wish(
    'abandon',
    'abandonShardMove',
    'Ends the move without the side that does not own the slots. Use it when the database of that side is permanently lost',
  ),
];
