import { describe, expect, it } from '@jest/globals';
import { Id } from './ids.ts';

describe('an id', () => {
  it.each(['1', '7218839283711234561', '9223372036854775807'])('may be %s', (id) => {
    expect(Id.safeParse(id).success).toBe(true);
  });

  it.each(['0', '-1', '01', '1.5', '1e9', 'abc', '', ' 1', '9223372036854775808', '99999999999999999999'])(
    'may not be %j',
    (id) => {
      expect(Id.safeParse(id).success).toBe(false);
    },
  );
});
