import { Order } from '@groundwork/contracts';
import { LOAD_SKUS } from '@groundwork/load';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** A request every 50 ms. One in ten is an order: each order costs the platform about 100 ms of processor time. */
const EVERY_MS = 50;
const ORDER_EVERY = 10;
const TIMEOUT_MS = 15_000;

/** One request of a well-behaved client. */
export interface Sample {
  /** Milliseconds since the start of the attack. */
  readonly begunAt: number;
  readonly tookMs: number;
  readonly what: 'order' | 'read';
  /** Status of the answer; 0 without an answer. */
  readonly status: number;
}

export interface OthersOptions {
  readonly gateways: readonly string[];
  readonly customerIds: readonly string[];
  /** The address of these clients: different from the attacker's, unless the run must fail. */
  readonly localAddress: string;
}

/** The other clients: they read products and place orders through all gateways at a steady rate, and record each answer. */
export class Others {
  readonly accepted: Order[] = [];
  readonly #options: OthersOptions;
  #turn = 0;

  constructor(options: OthersOptions) {
    this.#options = options;
  }

  /** Sends requests for this time, and waits until all of them are answered. */
  async goOnFor(seconds: number): Promise<readonly Sample[]> {
    const began = performance.now();
    const samples: Promise<Sample>[] = [];
    for (let due = began; due < began + seconds * 1_000; due += EVERY_MS) {
      await pause(Math.max(0, due - performance.now()));
      const what = samples.length % ORDER_EVERY === 0 ? 'order' : 'read';
      samples.push(this.#send(what, began));
    }
    return Promise.all(samples);
  }

  async #send(what: Sample['what'], began: number): Promise<Sample> {
    const { gateways, customerIds } = this.#options;
    this.#turn += 1;
    // Requests of each kind go to all gateways.
    const round = Math.floor(this.#turn / ORDER_EVERY);
    const gateway = gateways[(this.#turn + round) % gateways.length] as string;
    const begunAt = performance.now();
    const sku = LOAD_SKUS[this.#turn % LOAD_SKUS.length] as string;
    const customerId = customerIds[this.#turn % customerIds.length];
    const body = { customerId, lines: [{ sku, quantity: 1 }], paymentMethod: 'test_ok' };
    const { status, text } =
      what === 'read'
        ? await this.#ask(`${gateway}/v1/products/${sku}`)
        : await this.#ask(`${gateway}/v1/orders`, JSON.stringify(body));
    if (what === 'order' && status === 201) this.accepted.push(Order.parse(JSON.parse(text)));
    return { what, status, begunAt: begunAt - began, tookMs: performance.now() - begunAt };
  }

  #ask(url: string, body?: string): Promise<{ status: number; text: string }> {
    const { localAddress } = this.#options;
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return new Promise((resolve) => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const method = body === undefined ? 'GET' : 'POST';
      request(url, { method, localAddress, signal, ...(body !== undefined && { headers }) }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (data: string) => (text += data));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.once('error', () => resolve({ status: 0, text }));
      })
        .once('error', () => resolve({ status: 0, text: '' }))
        .end(body);
    });
  }
}
