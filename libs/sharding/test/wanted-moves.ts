import { eventually } from '@groundwork/testing';
import { MoveDesk } from '../src/adapters/postgres/resharding/move-desk.ts';
import { type ChunkStatus } from '../src/adapters/postgres/resharding/move-status.ts';
import { composeId } from '../src/ids/id-layout.ts';
import { type Slot } from '../src/slots/slot.ts';
import { type SmallShop } from './small-shop.ts';

export const idIn = (slot: number, n = 1) =>
  composeId({ atMs: Date.UTC(2026, 3, 1) + n, slot: slot as Slot, worker: 0, sequence: 0 });

/** Requests moves as an operator does, and waits for their progress. */
export class WantedMoves {
  readonly desk: MoveDesk;

  constructor(shop: SmallShop) {
    this.desk = new MoveDesk(shop.directory);
  }

  async request(slots: readonly number[], to = 'shard-3'): Promise<string> {
    return (await this.desk.request({ moves: [{ to, slots }] })).id;
  }

  /** Returns the first chunk of a move. */
  async chunk(id: string): Promise<ChunkStatus> {
    return (await this.desk.move(id)).chunks[0]!;
  }

  allAre(id: string, wanted: (chunk: ChunkStatus) => boolean): Promise<boolean> {
    return eventually(async () => (await this.desk.move(id)).chunks.every(wanted));
  }

  follows(id: string): Promise<boolean> {
    return this.allAre(id, ({ phase }) => phase === 'following');
  }

  switched(id: string, owner = 'shard-3'): Promise<boolean> {
    return this.allAre(id, (chunk) => chunk.owner === owner && chunk.phase === 'following');
  }

  async waits(id: string, reason: string): Promise<void> {
    await eventually(async () => (await this.chunk(id)).waiting?.includes(reason));
  }
}
