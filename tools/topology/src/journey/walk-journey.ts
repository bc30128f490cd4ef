import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TopologyError } from '../topology.error.ts';
import { cacheAnswer } from './cache-answer.ts';
import { EventTrail } from './event-trail.ts';
import { shardOfSlot, slotOfId } from './place-of-id.ts';
import { type Answer, ShopClient } from './shop-client.ts';

export interface JourneyPlace {
  readonly baseUrl: string;
  /** The URL of the directory of slots, if it can be reached. */
  readonly directoryUrl: string | undefined;
  /** The broker's loopback port, if it can be reached. */
  readonly kafkaPort: number | undefined;
}

export type Tell = (step: string, evidence: string) => void;

const SKU = 'GW-0001';
const QUANTITY = 2;
const SETTLED_WITHIN_MS = 30_000;

/** Places one order through the gateway, follows it until it is confirmed, and explains what each step proves. */
export async function walkJourney(place: JourneyPlace, tell: Tell): Promise<{ confirmedAfterMs: number }> {
  const shop = new ShopClient(place.baseUrl);
  const lies = async (id: string) =>
    `slot ${slotOfId(id)} → ${await shardOfSlot(slotOfId(id), place.directoryUrl)}`;

  const customerId = await signUp(shop, lies, tell);
  const stockBefore = await readProductTwice(shop, tell);
  const trail = await EventTrail.begin(place.kafkaPort);
  const began = performance.now();
  const orderId = await placeOrderTwice(shop, customerId, lies, tell);
  await untilConfirmed(shop, orderId);
  const confirmedAfterMs = performance.now() - began;
  tell(
    `GET  /v1/orders/${orderId} → confirmed`,
    `${Math.round(confirmedAfterMs)} ms after it was placed: stock reserved, payment taken`,
  );
  for (const line of await trail.follow(slotOfId(orderId))) tell('     Kafka', line);
  await showEffects(shop, customerId, stockBefore, tell);
  return { confirmedAfterMs };
}

type Lies = (id: string) => Promise<string>;

async function signUp(shop: ShopClient, lies: Lies, tell: Tell): Promise<string> {
  const email = `ada.${randomUUID().slice(0, 8)}@example.com`;
  const answer = await shop.post('/v1/customers', { email, name: 'Ada', region: 'eu' });
  const id = String(answer.body['id']);
  tell(
    `POST /v1/customers → ${answer.status}`,
    `customer ${id}: the id contains its location, ${await lies(id)}`,
  );
  return id;
}

async function readProductTwice(shop: ShopClient, tell: Tell): Promise<number> {
  const first = await readProduct(shop, tell);
  await readProduct(shop, tell);
  return Number(first.body['stock']);
}

async function readProduct(shop: ShopClient, tell: Tell): Promise<Answer> {
  const answer = await shop.get(`/v1/products/${SKU}`);
  tell(
    `GET  /v1/products/${SKU} → ${answer.status}`,
    `stock ${String(answer.body['stock'])}, ${cacheAnswer(answer.header('cache-status'))}`,
  );
  return answer;
}

async function placeOrderTwice(
  shop: ShopClient,
  customerId: string,
  lies: Lies,
  tell: Tell,
): Promise<string> {
  const order = { customerId, lines: [{ sku: SKU, quantity: QUANTITY }], paymentMethod: 'test_ok' };
  const key = { 'idempotency-key': randomUUID() };
  const placed = await shop.post('/v1/orders', order, key);
  const id = String(placed.body['id']);
  tell(
    `POST /v1/orders → ${placed.status} ${String(placed.body['status'])}`,
    `order ${id} and its event in one transaction, ${await lies(id)}`,
  );
  const again = await shop.post('/v1/orders', order, key);
  if (again.body['id'] !== id)
    throw new TopologyError('journey-failed', 'the repeated request created a second order');
  tell(
    `POST /v1/orders → ${again.status} again`,
    `same key, same order (Idempotency-Replayed: ${again.header('idempotency-replayed') ?? 'missing'})`,
  );
  return id;
}

async function untilConfirmed(shop: ShopClient, orderId: string): Promise<void> {
  const { body } = await settled(
    () => shop.get(`/v1/orders/${orderId}`),
    (answer) => answer.body['status'] !== 'pending',
  );
  if (body['status'] === 'confirmed') return;
  throw new TopologyError('journey-failed', `order ${orderId} was not confirmed: ${JSON.stringify(body)}`);
}

/** Repeats the request until the answer is as wanted or the time is over, and returns the last answer. */
async function settled(ask: () => Promise<Answer>, isWanted: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer) || Date.now() > deadline) return answer;
    await delay(20);
  }
}

async function showEffects(
  shop: ShopClient,
  customerId: string,
  stockBefore: number,
  tell: Tell,
): Promise<void> {
  // The invalidation and the order's confirmation travel independently: either may arrive first.
  const product = await settled(
    () => shop.get(`/v1/products/${SKU}`),
    (answer) => Number(answer.body['stock']) !== stockBefore,
  );
  const stock = Number(product.body['stock']);
  tell(
    `GET  /v1/products/${SKU} → ${product.status}`,
    `stock ${stockBefore} → ${stock}: invalidated over Kafka; ${cacheAnswer(product.header('cache-status'))}`,
  );
  const top = await shop.get('/v1/sales/top-products?limit=3');
  const sold = (top.body['items'] as { sku: string; unitsSold: number }[]).find(
    ({ sku }) => sku === SKU,
  )?.unitsSold;
  tell(
    `GET  /v1/sales/top-products → ${top.status}`,
    `${SKU} sold ${sold ?? 'fewer than the first three'}; ${cacheAnswer(top.header('cache-status'))}`,
  );
  const orders = await shop.get(`/v1/customers/${customerId}/orders?limit=10`);
  tell(
    'GET  /v1/customers/…/orders → 200',
    `${(orders.body['items'] as unknown[]).length} order of this customer, read from one shard`,
  );
}
