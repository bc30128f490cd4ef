import { afterEach, expect } from '@jest/globals';
import { record } from './tests-by-file.mjs';

afterEach(() => {
  const { testPath, currentTestName } = expect.getState();
  record(testPath, currentTestName);
});
