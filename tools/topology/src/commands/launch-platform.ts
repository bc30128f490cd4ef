import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { loadComposeFile } from '../compose/load-compose-file.ts';
import { type RunningTopology } from '../engine/running-topology.ts';
import { installMissingTools } from '../host/install-missing-tools.ts';
import { say } from '../host/say.ts';
import { JAVA, MAVEN, REDIS } from '../host/tools.ts';
import { jarsFolder, kafkaVersion } from '../servers/kafka/kafka-jars.ts';
import { startTopology, WORKSPACE } from '../start-topology.ts';
import { stateFolder } from '../state/state-folder.ts';
import { addOnRequest } from './add-on-request.ts';
import { type Options } from './command.ts';
import { profilesOf } from './common-options.ts';
import { Progress } from './progress.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** The code that `npm start` and the detached runner share: tools, progress, signals. */
export async function launchPlatform(options: Options): Promise<RunningTopology> {
  const folder = stateFolder(WORKSPACE, options.project);
  if (folder.note !== undefined) say(folder.note);
  await installMissingTools([JAVA, MAVEN, REDIS], say);
  if (!existsSync(jarsFolder()))
    say(`Fetching Apache Kafka ${kafkaVersion()} into ${jarsFolder()} (once, 54 MB) …`);

  const profiles = profilesOf(options);
  const { services } = loadComposeFile(join(WORKSPACE, 'docker-compose.yml'), {
    profiles,
    only: options.words,
  });
  const processes = [...services.values()].reduce((sum, { scale }) => sum + scale, 0);

  const progress = new Progress(0);
  const running = await startTopology({
    stateDir: folder.path,
    freePorts: options.flags['free-ports'] === true,
    profiles,
    only: options.words,
    onChange: (status) => progress.changed(status),
    onStarting: (topology) => {
      say(`Starting ${services.size} services (${processes} processes); data and logs: ${folder.path}`);
      progress.watch(topology);
      stopOnSignals(topology);
    },
  });
  addOnRequest(folder.path, running);
  return running;
}
