import { type Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { lendTopology, lentTopology } from '../topology/current-topology.ts';
import { noteFailure } from './outcome.ts';

/** Jest's Node environment, with the run's topology in the globals of each test file. */
export default class TopologyEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    lendTopology(this.global, lentTopology());
  }

  handleTestEvent(event: Circus.Event): void {
    if (event.name === 'test_done' && event.test.errors.length > 0) noteFailure();
  }
}
