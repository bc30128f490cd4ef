import { describe, expect, it } from '@jest/globals';
import { conditionOfWrite } from './conditions.ts';

describe('the condition of a write', () => {
  it.each<[string | undefined, string | undefined, unknown]>([
    [undefined, undefined, undefined],
    ['*', undefined, 'existing'],
    [undefined, '*', 0],
    ['"17"', undefined, [17]],
    [' "17" ,, "18",', undefined, [17, 18]],
    ['"a,b", "18"', undefined, [18]],
    ['W/"17"', undefined, []],
    ['"017"', undefined, []],
    ['"17"', '*', []],
    ['*', '*', []],
  ])('of If-Match %s and If-None-Match %s is %j', (ifMatch, ifNoneMatch, condition) => {
    expect(conditionOfWrite(ifMatch, ifNoneMatch)).toEqual(condition);
  });

  it.each<[string | undefined, string | undefined]>([
    ['17', undefined],
    ['"17', undefined],
    ['"17" "18"', undefined],
    ['', undefined],
    [',', undefined],
    ['*, "17"', undefined],
    [undefined, '"17"'],
    [undefined, ''],
  ])('is refused: If-Match %s, If-None-Match %s', (ifMatch, ifNoneMatch) => {
    expect(() => conditionOfWrite(ifMatch, ifNoneMatch)).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid-condition' }),
    );
  });
});
