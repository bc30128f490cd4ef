import { describe, expect, it } from '@jest/globals';
import { interpolate } from './interpolate.ts';

describe('interpolation', () => {
  const variables = { SET: 'value', EMPTY: '' };

  it.each([
    ['plain', 'plain'],
    ['$SET/${SET}', 'value/value'],
    ['$UNSET|${UNSET}', '|'],
    ['${SET:-d}${EMPTY:-d}${UNSET:-d}', 'valuedd'],
    ['${SET-d}|${EMPTY-d}|${UNSET-d}', 'value||d'],
    ['${SET:+o}|${EMPTY:+o}|${UNSET:+o}', 'o||'],
    ['${SET+o}|${EMPTY+o}|${UNSET+o}', 'o|o|'],
    ['${UNSET:-${EMPTY:-${SET}}}', 'value'],
    ['$$SET $${SET} 5$$', '$SET ${SET} 5$'],
    ['${UNSET:-a:b-c}', 'a:b-c'],
  ])('%s → %s', (text, expected) => {
    expect(interpolate(text, variables, 'here')).toBe(expected);
  });

  it.each(['5$', '$ x', '${}', '${SET', '${SET!x}'])('rejects %s', (text) => {
    expect(() => interpolate(text, variables, 'here')).toThrow('here: cannot read the variable');
  });

  it('names a required variable', () => {
    expect(() => interpolate('${EMPTY:?set it}', variables, 'here')).toThrow(
      'here: EMPTY is required: set it',
    );
  });
});
