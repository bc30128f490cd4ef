export const DRILLS = ['move', 'reverse', 'restart', 'push', 'kill'] as const;
export type DrillName = (typeof DRILLS)[number];
