/** The fault, unless what was promised holds. */
export function unless(...demands: readonly (readonly [holds: boolean, fault: string])[]): readonly string[] {
  return demands.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}
