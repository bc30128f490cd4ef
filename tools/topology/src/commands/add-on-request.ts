import { type RunningTopology } from '../engine/running-topology.ts';
import { say } from '../host/say.ts';
import { answerRequests } from '../state/requests.ts';

/** Lets `npm run up` in another process add services to this runner's topology. */
export function addOnRequest(stateFolder: string, topology: RunningTopology): void {
  answerRequests(stateFolder, async ({ profiles }) => {
    say(`\nAdding missing services${profiles.length === 0 ? '' : ` of ${profiles.join(', ')}`} …`);
    try {
      return { added: await topology.add(profiles) };
    } catch (error) {
      say(`  ! ${(error as Error).message}`);
      return { added: [], error: (error as Error).message };
    }
  });
}
