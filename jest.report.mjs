import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the counts of a run to `test-results/`. `npm test` adds them up, and Nx's cache keeps them. */
export default class CountsReporter {
  constructor(globalConfig, options) {
    this.file = join(globalConfig.rootDir, 'test-results', options.file ?? 'test.json');
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    mkdirSync(join(this.file, '..'), { recursive: true });
    writeFileSync(this.file, JSON.stringify({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites }));
  }
}
