import { describe } from '@jest/globals';
import { itIsBalanced } from '../../conformance/balance.ts';
import { EVERY_MAP } from '../../conformance/every-map.ts';

/** Millions of lookups: `npm run mutants` skips this file because it repeats tests hundreds of times. */
describe.each(EVERY_MAP)('keys on the nodes of %s', (_name, make, traits) => itIsBalanced(make, traits));
