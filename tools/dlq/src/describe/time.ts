/** Formats `2026-01-31 09:00:00.123 UTC`, with or without the fraction of a second. */
export function utc(iso: string): string {
  return `${iso.replace('T', ' ').replace(/Z$/, '')} UTC`;
}

export function utcSeconds(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
