import { type Databases } from '@groundwork/load';
import { type MeasuredPause } from './drill.ts';
import { percentile } from '../platform/percentile.ts';

/** A slot that changed its owner, as recorded by the mover. */
export interface Switch {
  readonly slot: number;
  /** How long writers of the slot waited, including earlier attempts that failed. */
  readonly pauseMs: number;
  /** When the directory was updated: milliseconds since 1970. */
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

/** Computes the pauses over all switches, one entry for each switch of a slot; undefined without switches. */
export function pauseOf(switches: readonly Switch[]): MeasuredPause | undefined {
  const pauses = switches.map(({ pauseMs }) => pauseMs);
  if (pauses.length === 0) return undefined;
  return { p50: percentile(pauses, 50), p99: percentile(pauses, 99), max: percentile(pauses, 100) };
}
