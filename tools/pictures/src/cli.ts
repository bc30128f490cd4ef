/** `npm run pictures`: renders the pictures of the documentation from their sources. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PICTURES } from './pictures.ts';
import { recordStart } from './terminal/record-start.ts';
import { parseOptions } from '../../run/parse-options.mjs';

const WORKSPACE = join(import.meta.dirname, '../../..');
const RECORDING = 'docs/pictures/npm-start.txt';

const HELP = `npm run pictures [-- --record]

Renders the pictures of the documentation from their sources:

${PICTURES.map(({ file, source }) => `  ${file.padEnd(28)}  from ${source}\n`).join('')}
  --record    run npm start first, and write its output to ${RECORDING}
`;

const { values: options } = parseOptions({
  options: { help: { type: 'boolean', short: 'h' }, record: { type: 'boolean', default: false } },
});
if (options.help === true) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (options.record) write(RECORDING, await recordStart(WORKSPACE));
for (const picture of PICTURES) write(picture.file, await picture.draw(WORKSPACE));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(WORKSPACE, file)), { recursive: true });
  writeFileSync(join(WORKSPACE, file), content);
  process.stdout.write(`Wrote ${file}\n`);
}
