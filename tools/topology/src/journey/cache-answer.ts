/** Explains a `Cache-Status` field (RFC 9211): the tier that answered, or why no tier did. */
export function cacheAnswer(field: string | undefined): string {
  if (field === undefined) return 'no Cache-Status field';
  const parameters = new Map(
    field
      .split(';')
      .slice(1)
      .map((parameter) => {
        const [name = '', value = ''] = parameter.trim().split('=');
        return [name, value] as const;
      }),
  );
  const tier = { l1: 'L1, the memory of this replica', l2: 'L2, Redis' }[parameters.get('detail') ?? ''];
  if (parameters.has('hit')) return `answered by ${tier ?? parameters.get('detail') ?? 'the cache'}`;
  const stored = parameters.has('stored') ? ' and cached' : '';
  return `not cached (${parameters.get('fwd') ?? 'forwarded'}): read from the database${stored}`;
}
