/**
 * Replaces the text between `<!-- bench:MARKER -->` and `<!-- /bench:MARKER -->` by `content`; the rest of the page is
 * unchanged.
 *
 * @throws {RangeError} unless the page contains each marker exactly once, in this order
 */
export function replacePassage(page: string, marker: string, content: string): string {
  const [before, opened, ...moreOpened] = page.split(`<!-- bench:${marker} -->`);
  const [, after, ...moreClosed] = opened?.split(`<!-- /bench:${marker} -->`) ?? [];
  if (after === undefined || moreOpened.length > 0 || moreClosed.length > 0) {
    throw new RangeError(
      `expected one passage between <!-- bench:${marker} --> and <!-- /bench:${marker} -->`,
    );
  }
  return `${before}<!-- bench:${marker} -->\n\n${content}\n\n<!-- /bench:${marker} -->${after}`;
}
