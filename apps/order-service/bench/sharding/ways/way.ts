/** One way to place orders. */
export interface Way {
  readonly name: string;
  readonly what: string;
  readonly customers: readonly string[];
  /** Returns the number of orders in a slice that is long enough to be timed. */
  sliceOf(atOnce: number): number;
  /** Places this number of orders, `atOnce` of them concurrently. */
  place(orders: number, atOnce: number): Promise<void>;
  /** Returns the number of placed orders. */
  placed(): number;
  close(): Promise<void>;
}

/** Runs `work` this number of times, `atOnce` concurrently. */
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
