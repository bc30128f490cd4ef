import { describe } from '@jest/globals';
import { itAllocatesNothing } from '../../conformance/allocation.ts';
import { EVERY_MAP } from '../../conformance/every-map.ts';

/** Millions of lookups: `npm run mutants` skips this file because it repeats tests hundreds of times. */
describe.each(EVERY_MAP)('a lookup in %s', (_name, make, traits) => itAllocatesNothing(make, traits));
