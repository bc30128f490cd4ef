import { type Order } from '@groundwork/contracts';
import { type Drill, type DrillResult, type Site } from './drill.ts';
import { runDrill } from './run-drill.ts';
import { slotsIn } from './slots-in.ts';
import { staleCustomer, writeUnfenced } from './stale-writer.ts';

/** The drill with the deliberate fault in it: what the stale writer was told is stored counts as accepted, too. */
export async function withStaleWriter(site: Site, drill: Drill): Promise<DrillResult> {
  const accepted: Order[] = [];
  return runDrill(site, {
    ...drill,
    async run(customerIds) {
      const stopping = new AbortController();
      const stale = staleCustomer(customerIds, slotsIn(drill.slots));
      const writing = writeUnfenced(site.databases, stale, stopping.signal);
      try {
        return await drill.run(customerIds);
      } finally {
        stopping.abort();
        accepted.push(...(await writing));
      }
    },
    alsoAccepted: accepted,
  });
}
