import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawTerminal } from './terminal/draw-terminal.ts';
import { drawTopology } from './topology/draw-topology.ts';

export interface Picture {
  /** The path of the rendered file in the workspace. */
  readonly file: string;
  readonly source: string;
  /** @returns the SVG */
  draw(workspace: string): Promise<string> | string;
}

/** The table of all processes, which the picture leaves out. */
const ADDRESSES = /(?:^ {2}.* pid \d+\n)+/m;

/** The pictures of the documentation that are not plots of a benchmark. */
export const PICTURES: readonly Picture[] = [
  {
    file: 'docs/pictures/topology.svg',
    source: 'docker-compose.yml',
    draw(workspace) {
      return drawTopology(join(workspace, this.source));
    },
  },
  {
    file: 'docs/pictures/npm-start.svg',
    source: 'docs/pictures/npm-start.txt',
    draw(workspace) {
      const output = readFileSync(join(workspace, this.source), 'utf8');
      return drawTerminal('npm start', output.replace(ADDRESSES, '  ⋮\n'));
    },
  },
];
