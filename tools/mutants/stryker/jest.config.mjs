import { join } from 'node:path';
import preset from '../../../jest.preset.mjs';

/**
 * A mutant runs against the tests of the pure core only. Excluded are tests that start servers, that measure speed, balance or
 * memory, or that repeat a step millions of times.
 */
export default {
  ...preset,
  // A mutant that hangs is detected when its test reaches this limit. The longer limit of other runs is meant for busy
  // machines.
  testTimeout: 2_000,
  setupFiles: [join(import.meta.dirname, 'few-runs.mjs')],
  setupFilesAfterEnv: [join(import.meta.dirname, 'record-tests.mjs')],
  testSequencer: join(import.meta.dirname, 'test-sequencer.mjs'),
  testPathIgnorePatterns: [
    ...preset.testPathIgnorePatterns,
    String.raw`\.(integration|speed|balance|allocation|volume|memory)\.test\.ts$`,
  ],
};
