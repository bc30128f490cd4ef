import { setTimeout as delay } from 'node:timers/promises';
import { type ChunkStatus, type MoveDesk, Mover } from '@groundwork/sharding/postgres';
import { OWN_TABLE_ROLES, type OwnShards } from './own-shards.ts';

const STAGE_MS = 180_000;

export interface StartedMover {
  stop(): Promise<void>;
}

/** Starts a mover in this process. */
export function startOwnMover({ directoryUrl }: OwnShards, say: (line: string) => void): StartedMover {
  const stopping = new AbortController();
  const mover = new Mover({
    directoryUrl,
    shardUrls: new Map(),
    name: { holder: 'own-tables', pid: process.pid },
    tables: OWN_TABLE_ROLES,
    pace: { rowsPerSecond: 4_000, dutyCycle: 0.5 },
    logger: {
      info: () => undefined,
      warn: (fields, message) => {
        const { reason, err } = fields as { reason?: string; err?: Error };
        say(`    the mover: ${message}: ${reason ?? err?.message}`);
      },
    },
  });
  const ended = mover.run(stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/**
 * Waits until every chunk of these moves has reached its state.
 *
 * @throws {Error} on a timeout, with the fault or reason of the first late chunk
 */
export async function untilAll(
  desk: MoveDesk,
  ids: readonly string[],
  what: string,
  isThere: (chunk: ChunkStatus, move: { finishedAt: unknown }) => boolean,
): Promise<void> {
  const until = Date.now() + STAGE_MS;
  for (;;) {
    const moves = await Promise.all(ids.map((id) => desk.move(id)));
    const late = moves.flatMap((move) => move.chunks.filter((chunk) => !isThere(chunk, move)));
    if (late.length === 0) return;
    if (Date.now() > until) {
      const { slots, phase, fault, waiting } = late[0]!;
      throw new Error(
        `${what}: ${late.length} chunks are not finished after ${STAGE_MS / 1_000} s; slots ${slots}: ${fault ?? waiting ?? phase}`,
      );
    }
    await delay(100);
  }
}
