import { CircuitBreaker } from '@groundwork/resilience';
import { Limiter } from '../src/limiter/limiter.ts';
import { DenialMemory } from '../src/stores/denial-memory.ts';
import { type LimitStore, LimitStoreUnavailable } from '../src/stores/limit-store.ts';
import { LocalLimitStore } from '../src/stores/local-limit-store.ts';

/** A store that counts its calls and fails while `down` is set. */
export class SwitchableStore extends LocalLimitStore implements LimitStore {
  asked = 0;
  down = false;
  override async take(...args: Parameters<LimitStore['take']>) {
    this.asked += 1;
    if (this.down) throw new LimitStoreUnavailable('down');
    return (await super.take(...args)).map((decision) => ({ ...decision, decidedBy: 'shared' as const }));
  }
  override async peek(...args: Parameters<LimitStore['peek']>) {
    if (this.down) throw new LimitStoreUnavailable('down');
    return (await super.peek(...args)).map((decision) => ({ ...decision, decidedBy: 'shared' as const }));
  }
  override async refund(...args: Parameters<LimitStore['refund']>) {
    if (this.down) throw new LimitStoreUnavailable('down');
    await super.refund(...args);
  }
  override async reset(...args: Parameters<LimitStore['reset']>) {
    if (this.down) throw new LimitStoreUnavailable('down');
    await super.reset(...args);
  }
}

export function limiterOf(processes = 2) {
  let now = 0;
  const store = new SwitchableStore({ now: () => now * 1_000 });
  const local = new LocalLimitStore({ now: () => now * 1_000 });
  const breaker = new CircuitBreaker({ failuresToOpen: 3, openForMs: 500, now: () => now });
  const reports: string[] = [];
  const denials = new DenialMemory({ now: () => now });
  const limiter = new Limiter({
    denials,
    store,
    local,
    breaker,
    processes,
    onOutage: (cause) => reports.push(`outage: ${(cause as Error).message}`),
    onShadowDenial: ({ policy, key }) => reports.push(`${policy.name} would deny ${key}`),
    onRecovery: () => reports.push('recovery'),
  });
  return { store, limiter, denials, reports, advance: (ms: number) => (now += ms) };
}
