/** What the edge shall no longer serve. */
export interface PurgeTargets {
  readonly tags?: readonly string[];
  /** Absolute URLs, as clients request them. */
  readonly urls?: readonly string[];
  /** Keeps the objects as stale ones. Default false. */
  readonly soft?: boolean;
}

/** One tag or one URL: what one job of the queue purges. */
export interface PurgeTarget {
  readonly kind: 'tag' | 'url';
  readonly name: string;
  readonly soft: boolean;
}

const LONGEST_NAME = 8_192;

/** Returns each target once. @throws {RangeError} for an empty tag, or a URL that is not absolute */
export function targetsOf({ tags = [], urls = [], soft = false }: PurgeTargets): PurgeTarget[] {
  for (const tag of tags) assertTag(tag);
  for (const url of urls) assertUrl(url);
  return [
    ...[...new Set(tags)].map((name) => ({ kind: 'tag', name, soft }) as const),
    ...[...new Set(urls)].map((name) => ({ kind: 'url', name, soft }) as const),
  ];
}

/** Returns the identity of the job of a target. Equal targets have the same job, so they are merged. */
export function jobIdOf({ kind, name, soft }: PurgeTarget): string {
  return `${kind}:${soft ? 'soft' : 'hard'}:${name}`;
}

/** The inverse of `jobIdOf`. */
export function targetOf(jobId: string): PurgeTarget {
  const [, kind, strength, name] = /^(tag|url):(soft|hard):(.*)$/s.exec(jobId) ?? [];
  if (name === undefined) throw new TypeError(`expected the id of a job, got ${JSON.stringify(jobId)}`);
  return { kind: kind as PurgeTarget['kind'], name, soft: strength === 'soft' };
}

function assertTag(tag: string): void {
  if (typeof tag !== 'string' || tag === '' || tag.length > LONGEST_NAME)
    throw new RangeError(
      `tag: expected text of 1 to ${LONGEST_NAME} characters, got ${JSON.stringify(tag).slice(0, 100)}`,
    );
}

function assertUrl(url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || url.length > LONGEST_NAME)
    throw new RangeError(`url: expected an absolute http or https URL, got ${JSON.stringify(url)}`);
}
