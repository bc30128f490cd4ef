import { type DeadLetterStats } from '@groundwork/contracts';
import { type SqlSession } from '@groundwork/messaging';

/** The maximum number of groups in a list: more than an operator reads, and few enough for a small response. */
const MOST_GROUPS = 100;

export async function deadLetterStats(session: SqlSession): Promise<DeadLetterStats> {
  // One statement, so that all figures come from one snapshot.
  const [row] = await session.query<[{ stats: DeadLetterStats }]>(`
    with groups as (
      select status, event_type, error_code, count(*)::int as letters
      from dead_letters group by status, event_type, error_code
    ), by_type as (
      select event_type as "eventType", sum(letters)::int as letters from groups where status = 'open'
      group by 1 order by 2 desc, 1 limit ${MOST_GROUPS}
    ), by_error as (
      select error_code as "errorCode", sum(letters)::int as letters from groups where status = 'open'
      group by 1 order by 2 desc, 1 limit ${MOST_GROUPS}
    ), by_hour as (
      select to_char(date_trunc('hour', failed_at at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
        count(*)::int as letters
      from dead_letters where failed_at > now() - interval '24 hours' group by 1 order by 1
    ), open_incidents as (
      select id, event_type as "eventType",
        to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "openedAt",
        (select coalesce(sum(letters), 0)::int from groups
         where status = 'open' and coalesce(groups.event_type, 'unknown') = incidents.event_type) as letters
      from incidents where resolved_at is null order by opened_at
    ), failed_alerts as (
      select id, body ->> 'alert' as alert, body ->> 'incident' as incident, body ->> 'eventType' as "eventType",
        to_char(failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "failedAt", failure as reason
      from alerts where failed_at is not null order by failed_at desc limit ${MOST_GROUPS}
    )
    select json_build_object(
      'byStatus', json_build_object(
        'open', (select coalesce(sum(letters), 0)::int from groups where status = 'open'),
        'redriven', (select coalesce(sum(letters), 0)::int from groups where status = 'redriven'),
        'discarded', (select coalesce(sum(letters), 0)::int from groups where status = 'discarded')),
      'openByType', (select coalesce(json_agg(by_type), '[]') from by_type),
      'openByError', (select coalesce(json_agg(by_error), '[]') from by_error),
      'byHour', (select coalesce(json_agg(by_hour), '[]') from by_hour),
      'incidents', (select coalesce(json_agg(open_incidents), '[]') from open_incidents),
      'failedAlerts', (select coalesce(json_agg(failed_alerts), '[]') from failed_alerts)) as stats`);
  return row.stats;
}
