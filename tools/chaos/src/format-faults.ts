/** How many faults are printed. One broken guarantee may show in hundreds of reads. */
const MOST_PRINTED = 20;

/** Returns the faults of a result for people, a line each, or that it has passed. */
export function faultLines(faults: readonly string[]): string[] {
  if (faults.length === 0) return ['✔ passed'];
  const printed = faults.slice(0, MOST_PRINTED).map((fault) => `✘ ${fault}`);
  const left = faults.length - printed.length;
  return left === 0 ? printed : [...printed, `✘ and ${left} more; --json prints all of them`];
}
