import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Order } from '@groundwork/contracts';
import { rowCounts } from '@groundwork/load';
import { type Platform, underTest } from '../../platform.ts';
import { BAD_BODIES } from './bad-bodies.ts';
import { BAD_ENCODINGS } from './bad-encodings.ts';
import { BAD_IDS } from './bad-ids.ts';
import { BAD_KEYS } from './bad-keys.ts';
import { BAD_QUERIES } from './bad-queries.ts';
import { type Known } from './bad-request.ts';
import { BAD_ROUTES } from './bad-routes.ts';

describe('invalid input', () => {
  let platform: Platform;
  let known: Known;
  let before: Readonly<Record<string, number>>;

  beforeAll(async () => {
    platform = underTest();
    known = await stockUp(platform);
    before = await rowCounts(platform.databases);
  });

  afterAll(() => platform.close());

  describe.each([
    ['in a body', BAD_BODIES],
    ['in the encoding of a body', BAD_ENCODINGS],
    ['in a key', BAD_KEYS],
    ['in an id', BAD_IDS],
    ['in a query', BAD_QUERIES],
    ['in a path or method', BAD_ROUTES],
  ])('%s', (_place, requests) => {
    it.each(requests)('$name gets $status $code', async ({ request, status, code, pointer, allow }) => {
      const { path, ...outgoing } = request(known);
      const answer = await platform.shop.request(path, outgoing);
      const problem = answer.asProblem();
      expect(problem).toMatchObject({ status, code });
      expect(problem.requestId).toEqual(expect.any(String));
      if (pointer !== undefined) expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
      if (allow !== undefined) expect(answer.headers.get('allow')?.split(/, ?/)).toContain(allow);
    });
  });

  it('writes nothing and leaves every service healthy', async () => {
    expect(await rowCounts(platform.databases)).toEqual(before);
    const services = ['api-gateway', 'order-service', 'cache-service', 'event-processor'] as const;
    for (const service of services) await platform.topology.waitHealthy(service);
  });

  it.each([1, 100])('does not include an order of %i lines, which is placed and confirmed', async (count) => {
    const lines = Array.from({ length: count }, (_, index) => ({
      sku: `GW-${String(index + 1).padStart(4, '0')}`,
      quantity: 1,
    }));
    const { customerId } = known;
    const placed = (await platform.shop.place({ customerId, lines, paymentMethod: 'test_ok' })).as(
      201,
      Order,
    );
    expect(placed.lines).toHaveLength(count);
    expect(await platform.shop.settled(placed.id)).toEqual({
      ...placed,
      status: 'confirmed',
      settledAt: expect.any(String),
    });
  });
});

/** Creates two customers, one of them with two settled orders, so no event in flight writes rows during the test. */
async function stockUp({ shop }: Platform): Promise<Known> {
  const [customer, other] = [await shop.newCustomer(), await shop.newCustomer()];
  const order = {
    customerId: other.id,
    lines: [{ sku: 'GW-0001', quantity: 1 }],
    paymentMethod: 'test_ok' as const,
  };
  const placed = [(await shop.place(order)).as(201, Order), (await shop.place(order)).as(201, Order)];
  for (const { id } of placed) await shop.settled(id);
  const { nextCursor } = await shop.page(other.id, 1);
  return {
    customerId: customer.id,
    otherCustomerId: other.id,
    otherCursor: nextCursor ?? '',
    orderId: placed[0]?.id ?? '',
  };
}
