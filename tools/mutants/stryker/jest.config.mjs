import preset from '../../../jest.preset.mjs';

/** A mutant is met by the tests of the pure core alone: no server is started for each, and neither speed nor balance is measured. */
export default {
  ...preset,
  testPathIgnorePatterns: [
    ...preset.testPathIgnorePatterns,
    String.raw`\.(integration|speed|balance)\.test\.ts$`,
  ],
};
