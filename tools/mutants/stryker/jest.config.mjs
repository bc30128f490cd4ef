import { join } from 'node:path';
import preset from '../../../jest.preset.mjs';

/** A mutant is met by the tests of the pure core alone: no server is started for each, and neither speed nor balance is measured. */
export default {
  ...preset,
  // A mutant that hangs is noticed when its test ends. The limit of the other runs is for busy machines.
  testTimeout: 2_000,
  setupFiles: [join(import.meta.dirname, 'few-runs.mjs')],
  testSequencer: join(import.meta.dirname, 'small-files-first.mjs'),
  testPathIgnorePatterns: [
    ...preset.testPathIgnorePatterns,
    String.raw`\.(integration|speed|balance|allocation)\.test\.ts$`,
  ],
};
