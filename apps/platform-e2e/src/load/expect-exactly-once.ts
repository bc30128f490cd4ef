import { expect } from '@jest/globals';
import { type Ledger } from '@groundwork/load';

/** Expects that every accepted order was processed completely and once: nothing is lost or duplicated. */
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
