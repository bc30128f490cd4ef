import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURES } from './pictures.ts';

const WORKSPACE = join(import.meta.dirname, '../../..');

describe('the pictures of the documentation', () => {
  it.each(PICTURES)('$file is what npm run pictures makes of $source', async (picture) => {
    expect(readFileSync(join(WORKSPACE, picture.file), 'utf8')).toBe(await picture.draw(WORKSPACE));
  });
});
