import { statSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

const isSimulation = ({ path }) => path.includes('.simulation.');

/**
 * Jest runs what took long first. A mutant's run ends with the first file in which a test fails, so what is quick comes first
 * here: small files, and simulations last.
 */
export default class SmallFilesFirst extends Sequencer {
  sort(tests) {
    const cost = (test) => (isSimulation(test) ? Infinity : statSync(test.path).size);
    return [...tests].sort((one, other) => cost(one) - cost(other) || 0);
  }
}
