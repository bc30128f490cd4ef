import { latestOffsets } from '../servers/kafka/latest-offsets.ts';
import { partitionOfSlot } from './place-of-id.ts';

const TOPICS = ['orders.events', 'inventory.events', 'payments.events'];

/**
 * Finds the events of an order by comparing the end of its partition before the order was placed and after it was settled.
 */
export class EventTrail {
  readonly #port: number | undefined;
  readonly #before: readonly (readonly bigint[])[];

  private constructor(port: number | undefined, before: readonly (readonly bigint[])[]) {
    this.#port = port;
    this.#before = before;
  }

  static async begin(port: number | undefined): Promise<EventTrail> {
    return new EventTrail(port, await ends(port));
  }

  /**
   * Returns one line for each topic, or none if the broker cannot be reached from here (Docker does not publish its port).
   */
  async follow(slot: number): Promise<string[]> {
    const after = await ends(this.#port);
    return TOPICS.flatMap((topic, index) => {
      const partition = partitionOfSlot(slot, after[index]?.length ?? 0);
      const [from, to] = [this.#before[index]?.[partition], after[index]?.[partition]];
      return from === undefined || to === undefined
        ? []
        : [`${topic} partition ${partition} (of slot ${slot}): ${offsets(from, to)}`];
    });
  }
}

function offsets(from: bigint, to: bigint): string {
  if (to === from) return `still ends at offset ${to}`;
  return to - from === 1n ? `offset ${from}` : `offsets ${from} to ${to - 1n}`;
}

async function ends(port: number | undefined): Promise<readonly (readonly bigint[])[]> {
  return port === undefined ? [] : Promise.all(TOPICS.map((topic) => latestOffsets(port, topic)));
}
