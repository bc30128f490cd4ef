import { type ShardMove, type ShardMoveChunk } from '@groundwork/contracts';

export const chunk = (change: Partial<ShardMoveChunk> = {}): ShardMoveChunk => ({
  from: 'shard-1',
  to: 'shard-3',
  owner: 'shard-1',
  slots: '0-31',
  phase: 'following',
  rowsCopied: 100,
  rowsTotal: 100,
  backlog: 0,
  verified: null,
  fault: null,
  waiting: null,
  ...change,
});

export const move = (change: Partial<ShardMove> = {}): ShardMove => ({
  id: '7',
  goal: 'follow',
  requestedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  slots: 32,
  switched: 0,
  pauseMs: null,
  chunks: [chunk()],
  ...change,
});
