import { TopologyError } from '../topology.error.ts';
import { type JourneyPlace } from '../journey/walk-journey.ts';
import { runningState } from '../state/running-state.ts';
import { type Command, type Options } from './command.ts';
import { directoryUrl, walkAndTell } from './walk-and-tell.ts';

export const journey: Command = {
  usage: 'npm run journey',
  about: 'send one order through the running platform and explain what each step proves',
  options: { 'base-url': { type: 'string' } },

  async run(options) {
    await walkAndTell(placeOf(options));
    return 0;
  },
};

function placeOf({ project, flags }: Options): JourneyPlace {
  const baseUrl = flags['base-url'];
  if (typeof baseUrl === 'string') {
    if (!URL.canParse(baseUrl))
      throw new TopologyError(
        'invalid-url',
        `--base-url: expected a URL such as http://127.0.0.1:8080, got ${baseUrl}`,
      );
    return { baseUrl, directoryUrl: directoryUrl(undefined), kafkaPort: undefined };
  }
  const { state } = runningState(project);
  if (state.baseUrl === undefined)
    throw new TopologyError('not-ready', 'the platform is not ready yet: npm run status');
  const portOf = (name: string, port: number) =>
    state.replicas.find(({ service }) => service === name)?.ports[port];
  return {
    baseUrl: state.baseUrl,
    directoryUrl: directoryUrl(portOf('postgres-directory', 5432)),
    kafkaPort: portOf('kafka', 9092),
  };
}
