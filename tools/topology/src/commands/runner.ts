import { say } from '../host/say.ts';
import { type Command } from './command.ts';
import { START_OPTIONS } from './common-options.ts';
import { launchPlatform } from './launch-platform.ts';

/** The background process of `npm run up`; not meant for the command line. */
export const runner: Command = {
  usage: 'runner',
  about: '',
  options: START_OPTIONS,

  async run(options) {
    await launchPlatform(options);
    say(`Ready after ${(performance.now() / 1_000).toFixed(1)} s.`);
    return new Promise(() => setInterval(() => undefined, 2 ** 30));
  },
};
