import { describe, expect, it } from '@jest/globals';
import { bars } from './bars.ts';
import { lines } from './lines.ts';
import { linearScale, logScale } from './scale.ts';

describe('a scale', () => {
  it('starts and ends with a tick, in round steps', () => {
    expect(linearScale(0, 47).ticks).toEqual([0, 10, 20, 30, 40, 50]);
    expect(linearScale(1, 1.32).ticks).toEqual([1, 1.1, 1.2, 1.3, 1.4]);
    expect(logScale(3, 2_000).ticks).toEqual([1, 10, 100, 1_000, 10_000]);
  });

  it('maps each tick to its position', () => {
    expect(linearScale(0, 50).at(10)).toBeCloseTo(0.2, 12);
    expect(logScale(1, 10_000).at(100)).toBeCloseTo(0.5, 12);
  });
});

describe('a plot', () => {
  const barsOf = (value: number) =>
    bars({
      title: 'T',
      axis: 'ns',
      bars: [
        { label: 'a < "b" & c', value },
        { label: 'd', value: 10 },
      ],
    });

  it('is equal for equal values', () => {
    expect(barsOf(1 / 3)).toBe(barsOf(1 / 3));
    expect(barsOf(1 / 3)).not.toBe(barsOf(5));
  });

  it('has room for its longest label', () => {
    const leftOfBars = (label: string) =>
      Number(
        /class="bar s0" x="(\d+)"/.exec(bars({ title: 'T', axis: 'ns', bars: [{ label, value: 1 }] }))?.[1],
      );
    expect(leftOfBars('short')).toBe(230);
    expect(leftOfBars('x'.repeat(60))).toBeGreaterThan(60 * 6.5);
  });

  it('escapes labels, so that they are text and never markup', () => {
    expect(barsOf(1)).toContain('>a &#60; &#34;b&#34; &#38; c</text>');
  });

  it('has its own background in light and in dark mode', () => {
    const svg = lines({
      title: 'T',
      x: 'x',
      y: 'y',
      series: [
        {
          label: 's',
          points: [
            [1, 1],
            [10, 2],
          ],
        },
      ],
      logX: true,
    });
    expect(svg).toContain('class="ground"');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('separates labels that would overlap', () => {
    const series = ['p', 'q'].map((label) => ({
      label,
      points: [
        [1, 1],
        [2, 1],
      ] as const,
    }));
    const heights = [
      ...lines({
        title: 'T',
        x: 'x',
        y: 'y',
        series: [
          ...series,
          {
            label: 'r',
            points: [
              [1, 1],
              [2, 2],
            ],
          },
        ],
      }).matchAll(/<text x="602" y="([\d.]+)"/g),
    ].map((match) => Number(match[1]));
    expect(heights).toHaveLength(3);
    expect(Math.abs((heights[1] as number) - (heights[2] as number))).toBeGreaterThanOrEqual(15);
  });
});
