/** One way to place orders. */
export interface Way {
  readonly name: string;
  readonly what: string;
  readonly customers: readonly string[];
  /** How many orders make a slice that is long enough to be timed. */
  sliceOf(atOnce: number): number;
  /** Places so many orders, `atOnce` of them under way at any time. */
  place(orders: number, atOnce: number): Promise<void>;
  /** How many were placed. */
  placed(): number;
  close(): Promise<void>;
}

/** Runs `work` so many times, `atOnce` at any time. */
export async function repeat(times: number, atOnce: number, work: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

export function oneOf(customers: readonly string[]): string {
  return customers[Math.floor(Math.random() * customers.length)] as string;
}
