import { type Databases } from '@groundwork/load';
import { type EventCounts } from './published-events.ts';

/** Counts the inbox rows of each consumer, named by the kind of events that it consumes. */
export async function inboxCounts(databases: Databases): Promise<EventCounts> {
  const sql = 'select count(*)::int as n from inbox where consumer = $1';
  const [placed] = await databases.onEvents<{ n: number }>(sql, ['reserve-stock']);
  const [reserved] = await databases.onEvents<{ n: number }>(sql, ['take-payment']);
  const outcomes = await databases.onShards<{ n: number }>(sql, ['settle-order']);
  return {
    placed: placed?.n ?? 0,
    reserved: reserved?.n ?? 0,
    outcomes: outcomes.reduce((sum, { n }) => sum + n, 0),
  };
}
