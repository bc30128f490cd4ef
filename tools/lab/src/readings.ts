import { type Reading } from './lab.ts';

type Show = (value: number) => string;

/** A value that must be at most `limit`. */
export function atMost(limit: number, value: number, show: Show = count): Reading {
  return { value, shown: show(value), expected: { text: `at most ${show(limit)}`, holds: value <= limit } };
}

/** A value that must be at least `limit`. */
export function atLeast(limit: number, value: number, show: Show = count): Reading {
  return { value, shown: show(value), expected: { text: `at least ${show(limit)}`, holds: value >= limit } };
}

export function exactly(wanted: number, value: number, show: Show = count): Reading {
  return { value, shown: show(value), expected: { text: show(wanted), holds: value === wanted } };
}

export const count: Show = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 2 });
export const percent: Show = (value) => `${(value * 100).toFixed(1)} %`;
export const times: Show = (value) => `${value.toFixed(2)} ×`;
export const milliseconds: Show = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
