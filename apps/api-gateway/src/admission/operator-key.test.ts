import { describe, expect, it } from '@jest/globals';
import { OperatorKey } from './operator-key.ts';

describe('the operator key', () => {
  const key = new OperatorKey('groundwork-operator');

  it('lets its holder through', () => {
    expect(() => key.check('groundwork-operator')).not.toThrow();
  });

  it('answers 401 where there is none, 403 where it is wrong', () => {
    expect(() => key.check(undefined)).toThrow(expect.objectContaining({ status: 401 }));
    for (const wrong of ['', 'groundwork-operato', 'groundwork-operator ', 'Groundwork-operator', 'a, b']) {
      expect(() => key.check(wrong)).toThrow(expect.objectContaining({ status: 403 }));
    }
  });
});
