export const STEPS = ['retries', 'order', 'dead-letters', 'slow-sink'] as const;
export type StepName = (typeof STEPS)[number];
