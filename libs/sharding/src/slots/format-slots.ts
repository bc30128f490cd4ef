/** Formats ascending slots in their text form: `0-511,600`. */
export function formatSlots(slots: Iterable<number>): string {
  const ranges: { first: number; last: number }[] = [];
  for (const slot of slots) {
    const current = ranges.at(-1);
    if (current?.last === slot - 1) current.last = slot;
    else ranges.push({ first: slot, last: slot });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
