export const DRILLS = ['move', 'reverse', 'restart', 'source', 'push', 'kill'] as const;
export type DrillName = (typeof DRILLS)[number];
