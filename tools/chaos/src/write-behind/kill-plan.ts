/** A process that the drill kills or freezes. */
export interface Victim {
  readonly service: 'cache-service' | 'redis-log' | 'redis-cache' | 'postgres-events';
  readonly replica: number;
}

/**
 * - `kill`: the victims are killed one after the other, before the first one is back.
 * - `freeze`: the victim stands still for longer than a lease, and then continues.
 */
export interface Fault {
  readonly kind: 'kill' | 'freeze';
  readonly victims: readonly Victim[];
}

/** One of the two replicas of cache-service flushes, so both are victims. */
const VICTIMS: readonly Victim[] = [
  { service: 'cache-service', replica: 1 },
  { service: 'cache-service', replica: 2 },
  { service: 'redis-log', replica: 1 },
  { service: 'postgres-events', replica: 1 },
  { service: 'redis-cache', replica: 1 },
];

/** Returns every ordered pair of victims for `kill`, and each victim alone for `freeze`; `rounds` times. */
export function planFaults(rounds: number): readonly Fault[] {
  const pairs = VICTIMS.flatMap((first) =>
    VICTIMS.filter((second) => second !== first).map((second) => [first, second] as const),
  );
  const round: readonly Fault[] = [
    ...pairs.map((victims) => ({ kind: 'kill' as const, victims })),
    ...VICTIMS.map((victim) => ({ kind: 'freeze' as const, victims: [victim] })),
  ];
  return Array.from({ length: rounds }, () => round).flat();
}

export function describeFault({ kind, victims }: Fault): string {
  const names = victims.map(({ service, replica }) =>
    service === 'cache-service' ? `${service} ${replica}` : service,
  );
  return kind === 'kill' ? `kill -9: ${names.join(', then ')}` : `stopped and continued: ${names.join()}`;
}
