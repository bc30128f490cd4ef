import { Mover, type MoverOptions } from '../src/adapters/postgres/resharding/mover.ts';
import { type SmallShop, TABLE_ROLES } from './small-shop.ts';

export interface StartedMover {
  readonly mover: Mover;
  /** The warnings that it logged. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

/** Starts a mover in this process, at full speed. */
export function startMover(shop: SmallShop, options: Partial<MoverOptions> = {}): StartedMover {
  const warnings: string[] = [];
  const stopping = new AbortController();
  const mover = createMover(shop, options, warnings);
  const ended = mover.run(stopping.signal);
  return {
    mover,
    warnings,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

export function createMover(
  shop: SmallShop,
  options: Partial<MoverOptions> = {},
  warnings: string[] = [],
): Mover {
  return new Mover({
    directoryUrl: shop.directoryUrl,
    shardUrls: new Map(),
    name: { holder: 'test', pid: process.pid },
    tables: TABLE_ROLES,
    pace: { rowsPerSecond: 100_000, dutyCycle: 1 },
    logger: {
      info: () => undefined,
      warn: (fields, message) => {
        const { reason, err } = fields as { reason?: string; err?: Error };
        warnings.push(`${message}: ${reason ?? err?.message}`);
      },
    },
    ...options,
  });
}
