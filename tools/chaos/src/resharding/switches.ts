import { type Databases } from '@groundwork/load';
import { type MeasuredPause } from './drill.ts';
import { percentile } from '../platform/percentile.ts';

/** A slot that changed hands, as the mover wrote it down. */
export interface Switch {
  readonly slot: number;
  /** How long it kept writers of the slot waiting, with the attempts before that did not succeed. */
  readonly pauseMs: number;
  /** When the directory was told: milliseconds since 1970. */
  readonly at: number;
}

type Directory = Databases['directory'];

export async function epochOf(directory: Directory): Promise<number> {
  const { rows } = await directory.query<{ epoch: number }>('select epoch::float8 as epoch from slot_map');
  return rows[0]!.epoch;
}

export async function switchesSince(directory: Directory, epoch: number): Promise<readonly Switch[]> {
  const sql = `select slot, pause_ms::float8 as "pauseMs", (extract(epoch from switched_at) * 1000)::float8 as at
    from slot_switches where epoch > $1`;
  return (await directory.query<Switch>(sql, [epoch])).rows;
}

/** Over all switches, one a slot each time; undefined when nothing was switched. */
export function pauseOf(switches: readonly Switch[]): MeasuredPause | undefined {
  const pauses = switches.map(({ pauseMs }) => pauseMs);
  if (pauses.length === 0) return undefined;
  return { p50: percentile(pauses, 50), p99: percentile(pauses, 99), max: percentile(pauses, 100) };
}
