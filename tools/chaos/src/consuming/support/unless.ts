/** Returns the faults whose conditions do not hold. */
export function unless(...demands: readonly (readonly [holds: boolean, fault: string])[]): readonly string[] {
  return demands.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}
