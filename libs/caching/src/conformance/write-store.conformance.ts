import { describe, expect, it } from '@jest/globals';
import { type ApplyAnswer, type WriteStore } from '../write-behind/write-store.ts';
import { type Change, type LogEntry } from '../write-behind/write-log.ts';

export interface OpenWriteStore {
  /** Has the counters `views` and the documents `carts`, both empty, and refuses keys that begin with `poison`. */
  readonly store: WriteStore;
  close(): void | Promise<void>;
}

const LOG = 'log-1';

/** Tests the guarantees of every write-behind store (write-behind/write-store.ts). */
export function describeWriteStore(name: string, open: () => Promise<OpenWriteStore>): void {
  const run = async (test: (store: WriteStore) => Promise<void>) => {
    const { store, close } = await open();
    try {
      await store.bind(LOG, true);
      await test(store);
    } finally {
      await close();
    }
  };
  const add = (position: number, key: string, amount = 1, idempotencyKey?: string): LogEntry => ({
    ...{ position, collection: 'views', key, change: { op: 'add', amount } },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const change = (position: number, key: string, change: Change): LogEntry => ({
    position,
    collection: 'carts',
    key,
    change,
  });
  const put = (position: number, key: string, value: unknown) =>
    change(position, key, { op: 'put', json: JSON.stringify(value) });
  const apply = async (store: WriteStore, after: number, entries: LogEntry[]) => {
    const answer = await store.apply(LOG, after, entries);
    if (answer.outcome !== 'applied') throw new Error(`moved to ${answer.position}`);
    return answer;
  };

  describe(`${name} as a store of written-behind entries`, () => {
    it('starts at position 0 without values', () =>
      run(async (store) => {
        expect(await store.position()).toBe(0);
        expect(await store.read('views', 'a')).toEqual({ position: 0, value: 0, version: 0 });
        expect(await store.read('carts', 'a')).toEqual({ position: 0, value: undefined, version: 0 });
      }));

    it('adds the amounts of a key, and keeps the position of the last entry', () =>
      run(async (store) => {
        expect(await apply(store, 0, [add(1, 'a', 2), add(2, 'b'), add(3, 'a', 40)])).toMatchObject({
          ...{ through: 3, refused: [], superseded: 0, repeated: 0 },
        });
        await apply(store, 3, [add(4, 'a', -2)]);
        expect(await store.read('views', 'a')).toEqual({ position: 4, value: 40, version: 0 });
        expect(await store.read('views', 'b')).toMatchObject({ value: 1 });
        expect(await store.position()).toBe(4);
      }));

    it('keeps the newest document of a key, with its position as its version, also null', () =>
      run(async (store) => {
        await apply(store, 0, [put(1, 'a', { n: 1 }), put(2, 'a', { n: 2 }), put(3, 'b', null)]);
        expect(await store.read('carts', 'a')).toEqual({ position: 3, value: { n: 2 }, version: 2 });
        expect(await store.read('carts', 'b')).toEqual({ position: 3, value: null, version: 3 });
        await apply(store, 3, [put(4, 'a', { n: 3 })]);
        expect(await store.read('carts', 'a')).toEqual({ position: 4, value: { n: 3 }, version: 4 });
      }));

    it('deletes documents, also those of the same batch', () =>
      run(async (store) => {
        await apply(store, 0, [put(1, 'a', 1), put(2, 'b', 1), change(3, 'b', { op: 'delete' })]);
        await apply(store, 3, [change(4, 'a', { op: 'delete' }), change(5, 'never', { op: 'delete' })]);
        expect(await store.read('carts', 'a')).toEqual({ position: 5, value: undefined, version: 0 });
        expect(await store.read('carts', 'b')).toMatchObject({ value: undefined });
        await apply(store, 5, [put(6, 'a', 2)]);
        expect(await store.read('carts', 'a')).toMatchObject({ value: 2, version: 6 });
      }));

    it('does nothing when another process has moved the position', () =>
      run(async (store) => {
        await apply(store, 0, [add(1, 'a')]);
        expect(await store.apply(LOG, 0, [add(1, 'a')])).toEqual({ outcome: 'moved', position: 1 });
        expect(await store.read('views', 'a')).toMatchObject({ value: 1 });
      }));

    it('lets one of several processes apply a batch', () =>
      run(async (store) => {
        const answers = await Promise.all(
          Array.from({ length: 5 }, () => store.apply(LOG, 0, [add(1, 'a')])),
        );
        const outcomes = answers.map(({ outcome }: ApplyAnswer) => outcome).sort();
        expect(outcomes).toEqual(['applied', 'moved', 'moved', 'moved', 'moved']);
        expect(await store.read('views', 'a')).toMatchObject({ value: 1 });
      }));

    it('applies an idempotency key once, in a batch and over batches, for each key', () =>
      run(async (store) => {
        const first = await apply(store, 0, [add(1, 'a', 1, 'x'), add(2, 'a', 1, 'x'), add(3, 'a', 1, 'y')]);
        expect(first.repeated).toBe(1);
        const second = await apply(store, 3, [add(4, 'a', 1, 'x'), add(5, 'a'), add(6, 'b', 1, 'x')]);
        expect(second.repeated).toBe(1);
        expect(await store.read('views', 'a')).toEqual({ position: 6, value: 3, version: 0 });
        expect(await store.read('views', 'b')).toMatchObject({ value: 1 });
      }));

    it('sets refused writes aside, and applies all others', () =>
      run(async (store) => {
        const entries = Array.from({ length: 40 }, (_, index) => add(index + 1, `key-${index}`));
        const batch = [
          ...entries.slice(0, 20),
          add(21, 'poison-1'),
          ...entries.slice(21),
          put(41, 'poison-2', 1),
          put(42, 'a', 1),
        ];
        const { refused, through } = await apply(store, 0, batch);
        expect(through).toBe(42);
        expect(refused.map(({ entry }) => entry.key)).toEqual(['poison-1', 'poison-2']);
        expect(await store.read('views', 'key-39')).toMatchObject({ value: 1, position: 42 });
        expect(await store.read('carts', 'a')).toMatchObject({ value: 1 });
      }));

    it('belongs to one log, until an empty one takes its place', () =>
      run(async (store) => {
        await apply(store, 0, [add(1, 'a')]);
        expect(await store.bind(LOG, false)).toBe(1);
        await expect(store.bind('log-2', false)).rejects.toMatchObject({ code: 'foreign-log', log: LOG });
        expect(await store.apply('log-2', 1, [add(2, 'a')])).toEqual({ outcome: 'moved', position: 1 });
        expect(await store.bind('log-2', true)).toBe(1);
        expect(await store.apply(LOG, 1, [add(2, 'a')])).toEqual({ outcome: 'moved', position: 1 });
        expect(await store.apply('log-2', 1, [add(2, 'a')])).toMatchObject({ outcome: 'applied' });
        await expect(store.bind(LOG, false)).rejects.toMatchObject({ log: 'log-2' });
      }));

    it('refuses writes that can never be applied', () =>
      run(async (store) => {
        for (const write of [add(1, 'a'), put(2, 'a', 1)]) expect(() => store.validate(write)).not.toThrow();
        const wrong = { code: 'invalid-write' };
        expect(() => store.validate({ ...add(1, 'a'), collection: 'carts' })).toThrow(
          expect.objectContaining(wrong),
        );
        expect(() => store.validate({ ...put(1, 'a', 1), collection: 'views' })).toThrow(
          expect.objectContaining(wrong),
        );
      }));

    it('moves past lost entries only from the expected position', () =>
      run(async (store) => {
        await store.skip(5, 9);
        expect(await store.position()).toBe(0);
        await store.skip(0, 9);
        expect(await store.position()).toBe(9);
      }));
  });
}
