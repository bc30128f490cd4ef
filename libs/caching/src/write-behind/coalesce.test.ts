import { describe, expect, it } from '@jest/globals';
import { coalesce } from './coalesce.ts';
import { type Change, type LogEntry } from './write-log.ts';

const entry = (position: number, key: string, change: Change, collection = 'c'): LogEntry => ({
  ...{ position, collection, key, change },
});
const add = (amount: number): Change => ({ op: 'add', amount });
const put = (json: string): Change => ({ op: 'put', json });

describe('the writes of a batch', () => {
  it('become one for each key: the sum of a counter, and the newest change of a document', () => {
    expect(
      coalesce([
        entry(1, 'a', add(1)),
        entry(2, 'b', put('1')),
        entry(3, 'a', add(-3)),
        entry(4, 'b', put('2')),
        entry(5, 'a', add(10)),
      ]),
    ).toEqual([entry(4, 'b', put('2')), entry(5, 'a', add(8))]);
  });

  it('keep the order of the newest entry of each key', () => {
    const entries = [entry(1, 'a', add(1)), entry(2, 'b', add(1)), entry(3, 'a', add(1))];
    expect(coalesce(entries).map(({ key }) => key)).toEqual(['b', 'a']);
  });

  it('are separate for equal keys of two collections', () => {
    const entries = [entry(1, 'a', add(1), 'x'), entry(2, 'a', add(1), 'y')];
    expect(coalesce(entries)).toEqual(entries);
    const joined = [entry(1, 'b","c', add(1), 'a'), entry(2, 'c', add(1), 'a","b')];
    expect(coalesce(joined)).toEqual(joined);
  });

  it.each<[Change, Change]>([
    [put('1'), { op: 'delete' }],
    [{ op: 'delete' }, put('1')],
    [put('1'), add(1)],
    [add(1), put('1')],
  ])('are the newest after %j and %j', (earlier, later) => {
    expect(coalesce([entry(1, 'a', earlier), entry(2, 'a', later)])).toEqual([entry(2, 'a', later)]);
  });
});
