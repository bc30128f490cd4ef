import { type ShardList, type ShardMove, type ShardPlan } from '@groundwork/contracts';
import { table } from '@groundwork/operator-cli';

export function describePlan({ epoch, moves }: ShardPlan): string {
  if (moves.length === 0) return `Nothing to move: the slots are shared evenly (epoch ${epoch}).`;
  const rows = moves.map(({ from, to, slotCount, slots }) => [from, '→', to, `${slotCount} slots`, slots]);
  const total = moves.reduce((sum, { slotCount }) => sum + slotCount, 0);
  return `${table(rows)}\n\n  ${total} of 4096 slots would move, planned for epoch ${epoch}.`;
}

export function describeShards({ epoch, shards, mover, hotSlots }: ShardList): string {
  const rows = shards.map(({ name, slots, ranges, ownershipEpoch, address }) => [
    name,
    `${slots}`,
    slots === 0 ? '-' : `${ownershipEpoch}`,
    address,
    ranges.length > 60 ? `${ranges.slice(0, 57)}...` : ranges,
  ]);
  const who = mover === null ? 'no mover is running' : `the mover is ${mover.holder}, process ${mover.pid}`;
  const hot = hotSlots.map(
    ({ slot, shard, operationsPerSecond }) =>
      `  hot: slot ${slot} on ${shard}, ${Math.round(operationsPerSecond)}/s`,
  );
  return [
    table([['shard', 'slots', 'since epoch', 'address', 'ranges'], ...rows]),
    '',
    `  epoch ${epoch}; ${who}`,
    ...hot,
  ].join('\n');
}

export function describeMove(move: ShardMove): string {
  const phases = Map.groupBy(move.chunks, ({ phase }) => phase);
  const counts = [...phases].map(([phase, chunks]) => `${chunks.length} ${phase}`).join(', ');
  const backlog = move.chunks.reduce((sum, chunk) => sum + chunk.backlog, 0);
  const rows = move.chunks.reduce((sum, chunk) => sum + chunk.rowsCopied, 0);
  const reasons = new Set(
    move.chunks.flatMap(({ fault, waiting }) => [
      ...(fault === null ? [] : [`  ! ${fault}`]),
      ...(waiting === null ? [] : [`  … waits: ${waiting}`]),
    ]),
  );
  return [
    `  move ${move.id}: ${ways(move)}; ${move.switched} of ${move.slots} slots switched${state(move)}`,
    `    chunks: ${counts}; ${rows} rows copied, ${backlog} changes to bring over`,
    ...(move.pauseMs === null
      ? []
      : [
          `    pause of a slot: p50 ${move.pauseMs.p50} ms, p99 ${move.pauseMs.p99} ms, longest ${move.pauseMs.max} ms`,
        ]),
    ...[...reasons].slice(0, 5),
  ].join('\n');
}

function ways({ chunks }: ShardMove): string {
  return [...new Set(chunks.map(({ from, to }) => `${from} → ${to}`))].join(', ');
}

function state({ finishedAt, goal }: ShardMove): string {
  if (finishedAt !== null) return `, finished ${finishedAt}`;
  return goal === 'follow' ? '' : `, asked to ${goal}`;
}
