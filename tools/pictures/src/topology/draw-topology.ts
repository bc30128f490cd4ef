import { picture } from '@groundwork/bench/plot';
import { instance } from '@viz-js/viz';
import { CAPTIONS } from './captions.ts';
import { readParts } from './read-parts.ts';
import { toDot } from './to-dot.ts';

const MARGIN = 20;
const TITLE = 44;
/** The colours of the kinds; Graphviz writes them as attributes, which CSS overrides. */
const STYLE = `
.node path, .node polygon { fill: #eceae3; stroke: #898781 } .edge path { stroke: #898781 } .edge polygon { fill: #898781; stroke: #898781 }
.node text { fill: #0b0b0b } .node.service path { fill: #d8e7f9; stroke: #2a78d6 } .node.database path, .node.database polyline { fill: #d3f1e5; stroke: #1baf7a }
.node.cache path, .node.cache polyline { fill: #fbe1d6; stroke: #eb6834 } .node.broker polygon { fill: #dfdbf3; stroke: #4a3aa7 }
@media (prefers-color-scheme: dark) {
  .node text { fill: #ffffff } .node.service path { fill: #17324f } .node.database path, .node.database polyline { fill: #123a2d }
  .node.cache path, .node.cache polyline { fill: #4a2414 } .node.broker polygon { fill: #2c2654; stroke: #9085e9 }
}
`;

/** Draws the parts of a Compose file and their connections as SVG, readable in light and dark mode. */
export async function drawTopology(composeFile: string): Promise<string> {
  const viz = await instance();
  const svg = viz.renderString(toDot(readParts(composeFile), CAPTIONS), { format: 'svg' });
  const [, width, height] = /<svg width="(\d+)pt" height="(\d+)pt"/.exec(svg) ?? [];
  const drawing = svg
    .slice(svg.indexOf('<g '), svg.lastIndexOf('</svg>'))
    .replaceAll(/<title>.*?<\/title>\n?/g, '')
    .trimEnd();
  return picture(
    { width: Number(width) + 2 * MARGIN, height: Number(height) + TITLE + MARGIN },
    'An arrow points from a process to what it connects to',
    [`<g transform="translate(${MARGIN} ${TITLE})">`, drawing, '</g>'],
    STYLE,
  );
}
