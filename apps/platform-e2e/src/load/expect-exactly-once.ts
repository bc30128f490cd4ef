import { expect } from '@jest/globals';
import { type Ledger } from '@groundwork/load';

/** Every accepted order went all the way, once: nothing is missing, nothing is there twice. */
export function expectExactlyOnce(ledger: Ledger, atLeast: number): void {
  expect({ lost: ledger.lost, duplicated: ledger.duplicated }).toEqual({ lost: [], duplicated: [] });
  const { accepted, confirmed, rejected } = ledger;
  expect(accepted).toBeGreaterThanOrEqual(atLeast);
  expect(ledger).toMatchObject({
    stored: accepted,
    published: accepted,
    processed: accepted,
    charged: confirmed,
  });
  expect(confirmed + rejected).toBe(accepted);
}
