export type Attributes = Readonly<Record<string, string | number>>;

/** Returns one SVG element. Numbers have at most two decimals, so that equal values give equal files on every machine. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escape(value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escape(content));
}

/**
 * Returns a complete picture with its own background, light or dark according to the reader's system: a page that embeds it
 * as an image cannot style its content.
 *
 * @param style more CSS, for elements of this picture
 */
export function picture(
  size: { readonly width: number; readonly height: number },
  title: string,
  body: readonly string[],
  style = '',
): string {
  const { width, height } = size;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  };
  return `${element(
    'svg',
    attributes,
    element('title', {}, escape(title)),
    element('style', {}, STYLE + style),
    element('rect', { class: 'ground', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6 }),
    text(20, 28, title, { class: 'title' }),
    `\n${body.join('\n')}\n`,
  )}\n`;
}

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #52514e }
.title { font-weight: 600; font-size: 14px; fill: #0b0b0b }
.value { fill: #0b0b0b; font-variant-numeric: tabular-nums }
.end { text-anchor: end } .middle { text-anchor: middle }
.ground { fill: #fcfcfb; stroke: #e1e0d9 } .grid { stroke: #e1e0d9 } .bound { stroke: #898781; stroke-dasharray: 4 3 }
.s0 { color: #2a78d6 } .s1 { color: #eb6834 } .s2 { color: #1baf7a } .s3 { color: #4a3aa7 } .s4 { color: #898781 } .s5 { color: #e87ba4 }
.bar, .dot { fill: currentColor } .line { fill: none; stroke: currentColor; stroke-width: 2 } .dot { stroke: #fcfcfb; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #c3c2b7 } .title, .value { fill: #ffffff }
  .ground { fill: #1a1a19; stroke: #383835 } .grid { stroke: #2c2c2a } .dot { stroke: #1a1a19 }
  .s0 { color: #3987e5 } .s1 { color: #d95926 } .s2 { color: #199e70 } .s3 { color: #9085e9 } .s5 { color: #d55181 }
}
`;

function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

function escape(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
