import { describe, expect, it } from '@jest/globals';
import { markdownTable } from './markdown-table.ts';
import { replacePassage } from './replace-passage.ts';

describe('replacePassage', () => {
  const page =
    'before <!-- bench:x -->old<!-- /bench:x --> between <!-- bench:y -->kept<!-- /bench:y --> after';

  it('replaces only the text between its own markers', () => {
    const once = replacePassage(page, 'x', 'new');
    expect(once).toBe(page.replace('old', '\n\nnew\n\n'));
    expect(replacePassage(once, 'x', 'new')).toBe(once);
  });

  it.each([
    ['that is missing', 'z', page],
    ['that is not closed', 'x', '<!-- bench:x --> old'],
    ['that closes before it opens', 'x', '<!-- /bench:x --> <!-- bench:x -->'],
    ['that occurs twice', 'x', page + page],
  ])('rejects a passage %s', (_what, marker, text) => {
    expect(() => replacePassage(text, marker, 'new')).toThrow(RangeError);
  });
});

describe('markdownTable', () => {
  it('aligns numbers to the right and words to the left', () => {
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
