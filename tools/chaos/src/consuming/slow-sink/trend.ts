export interface Point {
  readonly atMs: number;
  readonly bytes: number;
}

/** The development of memory over time. */
export interface Trend {
  readonly points: number;
  /** The median of the first tenth of the points. */
  readonly startBytes: number;
  /** The difference between the highest point and the start value. */
  readonly growthBytes: number;
  /** The slope of the best-fitting line (least squares), in bytes a minute. */
  readonly slopeBytes: number;
}

const MS_A_MINUTE = 60_000;

export function trendOf(points: readonly Point[]): Trend {
  const first = points.slice(0, Math.max(1, Math.ceil(points.length / 10))).map(({ bytes }) => bytes);
  const startBytes = first.toSorted((a, b) => a - b)[Math.floor(first.length / 2)] ?? 0;
  return {
    points: points.length,
    startBytes,
    growthBytes: Math.max(0, ...points.map(({ bytes }) => bytes - startBytes)),
    slopeBytes: slopeOf(points) * MS_A_MINUTE,
  };
}

/** Returns the slope in bytes a millisecond. */
function slopeOf(points: readonly Point[]): number {
  const [meanAt, meanBytes] = [meanOf(points, 'atMs'), meanOf(points, 'bytes')];
  const spread = points.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0);
  const common = points.reduce((sum, { atMs, bytes }) => sum + (atMs - meanAt) * (bytes - meanBytes), 0);
  return spread === 0 ? 0 : common / spread;
}

function meanOf(points: readonly Point[], of: keyof Point): number {
  return points.reduce((sum, point) => sum + point[of], 0) / Math.max(1, points.length);
}
