import { describe, expect, it } from '@jest/globals';
import { drawTerminal } from './draw-terminal.ts';

describe('the picture of a terminal', () => {
  it('shows the command and each line of its output, and no markup of the output', () => {
    const texts = [...drawTerminal('npm start', 'a <b>\n  c & d\n').matchAll(/<text[^>]*>(.*?)<\/text>/g)];
    expect(texts.map(([, text]) => text)).toEqual(['$ npm start', 'a &#60;b&#62;', '  c &#38; d']);
  });

  it('is as wide as the longest line', () => {
    const widthOf = (output: string) => Number(/width="(\d+)"/.exec(drawTerminal('x', output))?.[1]);
    expect(widthOf(`short\n${'x'.repeat(150)}`)).toBeGreaterThan(widthOf('x'.repeat(149)));
  });
});
