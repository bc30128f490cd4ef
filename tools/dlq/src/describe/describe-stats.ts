import { type DeadLetterStats } from '@groundwork/contracts';
import { duration, table } from '@groundwork/operator-cli';
import { indented } from './indented.ts';
import { utcSeconds } from './time.ts';

const WIDEST_BAR = 40;

export function describeStats(stats: DeadLetterStats, now: number): string {
  const { open, redriven, discarded } = stats.byStatus;
  return [
    `  ${open} open, ${redriven} redriven, ${discarded} discarded`,
    ...section(
      'open, by type',
      stats.openByType.map(({ eventType, letters }) => [`${letters}`, eventType ?? '(no type)']),
    ),
    ...section(
      'open, by error',
      stats.openByError.map(({ errorCode, letters }) => [`${letters}`, errorCode]),
    ),
    ...section('by hour of failure (UTC), last 24 h', byHour(stats)),
    ...section('open incidents', incidents(stats, now)),
    ...(stats.failedAlerts.length === 0
      ? []
      : section('alerts that the webhook refused', failedAlerts(stats))),
  ].join('\n');
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return ['', `  ${title}`, rows.length === 0 ? '    none' : indented(table(rows), '  ')];
}

function byHour({ byHour: hours }: DeadLetterStats): string[][] {
  const most = Math.max(...hours.map(({ letters }) => letters));
  return hours.map(({ hour, letters }) => [
    utcSeconds(hour).slice(0, 16),
    `${letters}`,
    '█'.repeat(Math.ceil((letters / most) * WIDEST_BAR)),
  ]);
}

function incidents({ incidents: open }: DeadLetterStats, now: number): string[][] {
  return open.map(({ id, eventType, openedAt, letters }) => [
    `${letters}`,
    eventType,
    `since ${utcSeconds(openedAt)}`,
    duration(now - Date.parse(openedAt)),
    id,
  ]);
}

function failedAlerts({ failedAlerts: failed }: DeadLetterStats): string[][] {
  return failed.map(({ alert, eventType, failedAt, reason, id }) => [
    alert,
    eventType,
    utcSeconds(failedAt),
    reason,
    id,
  ]);
}
