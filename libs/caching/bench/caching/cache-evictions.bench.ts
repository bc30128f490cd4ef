import { type Policy, POLICIES } from './evictions/policy.ts';
import { OBJECTS, onceShareOf, REQUESTS, TRACES } from './evictions/traces.ts';
import { type SuiteTools } from './suite-tools.ts';

const CAPACITIES = [OBJECTS / 100, OBJECTS / 10];
/** The first tenth fills the cache. */
const COUNTED_FROM = REQUESTS / 10;

/** Compares how many requests LRU, SIEVE and S3-FIFO answer. The traces are the same in each run. */
export default {
  async measure({ progress }: SuiteTools) {
    const faults: string[] = [];
    const rows: string[][] = [];
    for (const { name, requests } of TRACES) {
      progress(name);
      const trace = requests();
      for (const capacity of CAPACITIES) {
        const ratios = Object.entries(POLICIES).map(([policy, create]) => {
          const cache = create(capacity);
          const ratio = hitRatioOf(cache, trace);
          if (cache.size !== capacity) faults.push(`${policy} holds ${cache.size} objects of ${capacity}`);
          return `${(100 * ratio).toFixed(1)} %`;
        });
        rows.push([
          name,
          `${Math.round(100 * onceShareOf(trace))} %`,
          capacity.toLocaleString('en'),
          ...ratios,
        ]);
      }
    }
    const title = `Share of ${REQUESTS.toLocaleString('en')} requests that a cache answers, for ${OBJECTS.toLocaleString('en')} objects:`;
    const columns = ['trace', 'requested once', 'objects in the cache', ...Object.keys(POLICIES)];
    const tables = [{ title, columns, rows }];
    return {
      tables,
      goals: [],
      faults,
      passages: [{ page: 'docs/caching.md', marker: 'cache-evictions', tables }],
    };
  },
};

function hitRatioOf(cache: Policy, trace: Uint32Array): number {
  let hits = 0;
  trace.forEach((object, place) => {
    if (cache.request(object) && place >= COUNTED_FROM) hits += 1;
  });
  return hits / (trace.length - COUNTED_FROM);
}
