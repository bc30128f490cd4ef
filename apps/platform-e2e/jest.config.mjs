import preset from '../../jest.preset.mjs';

/** The unit tests of the suites' own parts; the suites themselves run with `jest.e2e.config.mjs`. */
export default {
  ...preset,
  displayName: 'platform-e2e',
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, '<rootDir>/src/suites/'],
};
