import { statSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';
import { recordedTests } from './tests-by-file.mjs';

const isSimulation = ({ path }) => path.includes('.simulation.');

/**
 * Chooses the files of a mutant's run and their order. Jest would load every file that imports the mutated one, although
 * most of them contain no test that reaches the mutant: those are left out here. The run ends with the first file in which a
 * test fails, so what is quick comes first: small files, and simulations last. (By default Jest runs first what took long.)
 */
export default class TestSequencer extends Sequencer {
  #wanted;

  constructor(options) {
    super(options);
    const pattern = options.globalConfig.testNamePattern;
    this.#wanted = pattern === undefined || pattern === '' ? undefined : new RegExp(pattern, 'i');
  }

  sort(tests) {
    const cost = (test) => (isSimulation(test) ? Infinity : statSync(test.path).size);
    return this.#needed(tests).sort((one, other) => cost(one) - cost(other) || 0);
  }

  #needed(tests) {
    if (this.#wanted === undefined) return [...tests];
    const recorded = recordedTests();
    return tests.filter(({ path }) => recorded.get(path)?.some((name) => this.#wanted.test(name)) ?? true);
  }
}
