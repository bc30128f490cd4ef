import { describe, expect, it } from '@jest/globals';
import { type Order } from '@groundwork/contracts';
import { type Books, type Inventory } from './books.ts';
import { drawUp } from './ledger.ts';

const order = (id: string, quantity = 2): Order => ({
  id,
  customerId: '7',
  status: 'pending',
  lines: [{ sku: 'GW-0051', quantity, unitPrice: { amount: 100, currency: 'EUR' } }],
  total: { amount: 100 * quantity, currency: 'EUR' },
  createdAt: '2026-01-01T00:00:00.000Z',
});

const inventory = (stock: number, sold: number): Inventory => ({
  stock: new Map([['GW-0051', stock]]),
  sold: new Map([['GW-0051', sold]]),
});

/** Two orders without faults, one confirmed and one declined. */
const books: Books = {
  accepted: [order('1'), order('2')],
  stored: [
    { id: '1', status: 'confirmed' },
    { id: '2', status: 'rejected' },
  ],
  lines: ['1', '2'],
  remembered: ['1', '2'],
  unpublished: [],
  processed: ['1', '2'],
  charges: ['1'],
  before: inventory(100, 10),
  after: inventory(98, 12),
};

describe('the ledger', () => {
  it('has no faults when every order was processed exactly once', () => {
    expect(drawUp(books)).toEqual({
      accepted: 2,
      stored: 2,
      published: 2,
      processed: 2,
      confirmed: 1,
      rejected: 1,
      charged: 1,
      lost: [],
      duplicated: [],
    });
  });

  it.each<[string, Partial<Books>]>([
    [
      'an accepted order that is on no shard',
      {
        accepted: [...books.accepted, order('3')],
        lines: ['1', '2', '3'],
        remembered: ['1', '2', '3'],
        processed: ['1', '2', '3'],
      },
    ],
    ['an order without its line', { lines: ['1'] }],
    ['an order without its idempotency record', { remembered: ['1'] }],
    ['an event that is still in an outbox', { unpublished: ['1'] }],
    ['an order without an outcome', { processed: ['1'] }],
    ['a confirmed order without a charge', { charges: [] }],
    ['a sale that is missing in the projection', { after: inventory(98, 11) }],
    ['a declined order whose units were released twice', { after: inventory(100, 12) }],
  ])('counts as lost: %s', (_what, change) => {
    const ledger = drawUp({ ...books, ...change });
    expect(ledger.lost).not.toEqual([]);
    expect(ledger.duplicated).toEqual([]);
  });

  it('counts a pending order as lost', () => {
    const stored = [books.stored[0] as never, { id: '2', status: 'pending' as const }];
    expect(drawUp({ ...books, stored }).lost).toEqual(['order 2 is still pending']);
  });

  it.each<[string, Partial<Books>]>([
    ['one id in two answers', { accepted: [...books.accepted, order('2')] }],
    ['an order on two shards', { stored: [...books.stored, { id: '1', status: 'confirmed' }] }],
    ['an order that was never answered', { stored: [...books.stored, { id: '9', status: 'pending' }] }],
    ['a line that is stored twice', { lines: ['1', '2', '2'] }],
    ['a key that is stored twice', { remembered: ['1', '2', '2'] }],
    ['an event that was processed twice', { processed: ['1', '1', '2'] }],
    ['a second charge', { charges: ['1', '1'] }],
    ['a charge for a rejected order', { charges: ['1', '2'] }],
    ['units that were reserved twice', { after: inventory(96, 12) }],
    ['a sale that was projected twice', { after: inventory(98, 14) }],
  ])('counts as duplicated: %s', (_what, change) => {
    const ledger = drawUp({ ...books, ...change });
    expect(ledger.duplicated).not.toEqual([]);
    expect(ledger.lost).toEqual([]);
  });
});
