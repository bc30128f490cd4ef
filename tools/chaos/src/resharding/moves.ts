import { Shard, ShardMove } from '@groundwork/contracts';
import { type Answer, send, sendSurely } from '@groundwork/load';
import { whileItAdvances } from './while-it-advances.ts';

const LOOK_EVERY_MS = 250;

/** Uses the admin API of slots as an operator does. */
export class Moves {
  readonly #gateways: readonly string[];
  readonly #operatorKey: string;
  #turn = 0;

  constructor(gateways: readonly string[], operatorKey: string) {
    this.#gateways = gateways;
    this.#operatorKey = operatorKey;
  }

  async addShard(name: string): Promise<void> {
    (await this.#post('shards', { name })).as(200, Shard);
  }

  /** Requests that slots such as `0-511,600` are copied and followed. */
  async request(slots: string, to: string): Promise<ShardMove> {
    return (await this.#post('shard-moves', { moves: [{ to, slots }] })).as(201, ShardMove);
  }

  async copied({ id }: ShardMove): Promise<ShardMove> {
    return this.#until(id, ({ chunks }) => chunks.every(({ phase }) => phase === 'following'));
  }

  /** Compares both sides; rejects when they differ. */
  async verify(move: ShardMove): Promise<void> {
    await this.#wish(move, 'verify');
    const { chunks } = await this.#until(move.id, (now) =>
      now.chunks.every(({ verified }) => verified !== null),
    );
    const differs = chunks.find(({ verified }) => verified === false);
    if (differs !== undefined) throw new Error(`slots ${differs.slots} differ: ${differs.fault}`);
  }

  /** Makes the destination serve the slots. */
  async switch(move: ShardMove): Promise<ShardMove> {
    await this.#wish(move, 'switch');
    return this.#until(move.id, isServedBy('to'));
  }

  /** Makes the source serve the slots again. */
  async reverse(move: ShardMove): Promise<ShardMove> {
    await this.#wish(move, 'reverse');
    return this.#until(move.id, isServedBy('from'));
  }

  /** Switches the slots to the destination and back, repeatedly, until `isEnough` returns true. */
  async thereAndBack(move: ShardMove, isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await this.switch(move);
      await this.reverse(move);
    }
  }

  /** Resolves as soon as `isSo` holds; polls at a short interval. */
  async watch({ id }: ShardMove, isSo: (move: ShardMove) => boolean): Promise<ShardMove> {
    return this.#until(id, isSo, 20);
  }

  /** Requests the switch to the destination without waiting for it. */
  async wantSwitch(move: ShardMove): Promise<void> {
    await this.#wish(move, 'switch');
  }

  /** Removes the copy that does not serve the slots. */
  async drop(move: ShardMove): Promise<ShardMove> {
    await this.#wish(move, 'drop');
    return this.#until(move.id, ({ finishedAt }) => finishedAt !== null);
  }

  #until(id: string, isOver: (move: ShardMove) => boolean, everyMs = LOOK_EVERY_MS): Promise<ShardMove> {
    return whileItAdvances({ read: () => this.#read(id), isOver, everyMs });
  }

  async #read(id: string): Promise<ShardMove> {
    const headers = { 'x-operator-key': this.#operatorKey };
    const answer = await sendSurely(() => send(this.#url(`shard-moves/${id}`), { headers }));
    return answer.as(200, ShardMove);
  }

  async #wish({ id }: ShardMove, wish: 'verify' | 'switch' | 'reverse' | 'drop'): Promise<void> {
    (await this.#post(`shard-moves/${id}/${wish}`, {})).as(200, ShardMove);
  }

  /** These requests are idempotent, so they are retried when a busy platform did not answer (503, 504). */
  #post(path: string, json: object): Promise<Answer> {
    const headers = { 'x-operator-key': this.#operatorKey };
    return sendSurely(() => send(this.#url(path), { json, headers, timeoutMs: 65_000 }));
  }

  #url(path: string): string {
    this.#turn += 1;
    return `${this.#gateways[this.#turn % this.#gateways.length]}/v1/admin/${path}`;
  }
}

function isServedBy(side: 'from' | 'to'): (move: ShardMove) => boolean {
  return ({ chunks }) => chunks.every((chunk) => chunk.phase === 'following' && chunk.owner === chunk[side]);
}

/** Returns whether the copy of some slots has started, and that of others has not finished. */
export function isBeingCopied({ chunks }: ShardMove): boolean {
  return chunks.some(({ phase }) => phase === 'copying' || phase === 'capturing');
}
