import { type Order } from '@groundwork/contracts';
import { type Drill, type DrillResult, type Site } from './drill.ts';
import { runDrill } from './run-drill.ts';
import { slotsIn } from './slots-in.ts';
import { staleCustomer, writeUnfenced } from './stale-writer.ts';

/** Runs the drill with the deliberate fault: orders that the stale writer has stored also count as accepted. */
export async function withStaleWriter(site: Site, drill: Drill): Promise<DrillResult> {
  const accepted: Order[] = [];
  return runDrill(site, {
    ...drill,
    async run(writing) {
      const stopping = new AbortController();
      const stale = staleCustomer(writing.customerIds, slotsIn(drill.slots));
      const unfenced = writeUnfenced(site.databases, stale, stopping.signal);
      try {
        await drill.run(writing);
      } finally {
        stopping.abort();
        accepted.push(...(await unfenced));
      }
    },
    alsoAccepted: accepted,
  });
}
