import { describe, expect, it } from '@jest/globals';
import { markdownTable } from './markdown-table.ts';
import { replacePassage } from './replace-passage.ts';

describe('a passage', () => {
  const page =
    'before <!-- bench:x -->old<!-- /bench:x --> between <!-- bench:y -->kept<!-- /bench:y --> after';

  it('is replaced between its own marks, and nothing else is', () => {
    const once = replacePassage(page, 'x', 'new');
    expect(once).toBe(page.replace('old', '\n\nnew\n\n'));
    expect(replacePassage(once, 'x', 'new')).toBe(once);
  });

  it.each([
    ['that is not there', 'z', page],
    ['that is not closed', 'x', '<!-- bench:x --> old'],
    ['that is closed before it opens', 'x', '<!-- /bench:x --> <!-- bench:x -->'],
    ['that is there twice', 'x', page + page],
  ])('%s is an error, not an append', (_what, marker, text) => {
    expect(() => replacePassage(text, marker, 'new')).toThrow(RangeError);
  });
});

describe('a table', () => {
  it('sets figures to the right and words to the left', () => {
    const rows = [
      ['ring', '40'],
      ['jump', '–'],
      ['maglev', '1,000'],
    ];
    expect(markdownTable({ columns: ['who', 'ns'], rows })).toBe(
      [
        '| who    |    ns |',
        '| ------ | ----: |',
        '| ring   |    40 |',
        '| jump   |     – |',
        '| maglev | 1,000 |',
      ].join('\n'),
    );
  });
});
