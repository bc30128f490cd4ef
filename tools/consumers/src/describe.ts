import { type Consumer, type ConsumerPause, type ConsumerSummary } from '@groundwork/contracts';
import { printable, table } from '@groundwork/operator-cli';

export function describeList(consumers: readonly ConsumerSummary[]): string {
  return table([
    ['GROUP', 'STATE', 'MEMBERS', 'LAG', 'PAUSED'],
    ...consumers.map(({ group, state, members, lag, pauses }) => [
      group,
      state,
      `${members}`,
      lag,
      inShort(pauses),
    ]),
  ]);
}

/** Describes the lag by topic: partitions with lag, or all partitions if requested. */
export function describeLag(consumer: Consumer, { all = false } = {}): string {
  const { group, state, members, lag, topics, pauses } = consumer;
  const rows = topics.flatMap(({ topic, lag: ofTopic, partitions }) => [
    [topic, 'all', '', '', ofTopic],
    ...partitions
      .filter((one) => all || one.lag !== '0')
      .map((one) => ['', `${one.partition}`, one.committed ?? '-', one.end, one.lag]),
  ]);
  const paused = pauses === null ? ['  its pauses are unknown'] : pauses.map(describePause);
  return [
    `  ${group}: ${state}, ${count(members, 'member')}, lag ${lag}`,
    ...paused,
    '',
    table([['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG'], ...rows]),
  ].join('\n');
}

/** Describes a pause on one line, whatever its reason contains. */
export function describePause({ topic, by, reason, at }: ConsumerPause): string {
  const what = topic === null ? 'the whole group' : topic;
  const who = by === null ? '' : ` by ${by}`;
  return printable(`  ! ${what} is paused since ${utc(at)}${who}: ${reason}`);
}

function inShort(pauses: ConsumerSummary['pauses']): string {
  if (pauses === null) return 'unknown';
  if (pauses.length === 0) return '-';
  return pauses.map(({ topic }) => topic ?? 'whole group').join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function utc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
