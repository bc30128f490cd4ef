import { CONTENDERS, NPM_HASHRING, RING, VARIANTS } from './contenders.ts';
import { drawPlots } from './draw-plots.ts';
import { faultsOf } from './faults.ts';
import { addresses, measureMap, medianPeak, type Measures, SETS } from './measure-map.ts';
import { measureVirtualNodes } from './measure-virtual-nodes.ts';
import { type RaceResult, type SuiteTools } from './suite-tools.ts';

const SIZES = [10, 100, 1_000];

/** Measures balance, moves, lookups and memory of every map, with two npm packages in the same run. */
export default {
  async measure(tools: SuiteTools) {
    const measures = new Map<string, Measures>();
    for (const contender of CONTENDERS) {
      tools.progress(`keys of ${contender.name}`);
      measures.set(contender.name, measureMap(contender));
    }
    tools.progress('rings by virtual nodes');
    const virtualNodes = measureVirtualNodes();
    const races = new Map<number, RaceResult>();
    for (const size of SIZES) {
      tools.progress(`lookups among ${size} nodes`);
      const names = addresses(size);
      const runners = [...CONTENDERS, ...VARIANTS]
        .filter(({ limit = Infinity }) => size <= limit)
        .map(({ name, build }) => ({ name, run: build(names).run }));
      races.set(size, await tools.race(runners));
    }
    const race = races.get(10) as RaceResult;
    const tables = tablesOf(measures, races);
    return {
      tables,
      goals: [
        { what: 'ns a lookup on the ring', measured: race.nanosecondsPerOperation(RING), atMost: 60 },
        {
          what: 'lookups of the ring to those of npm hashring',
          measured: race.ratio(RING, NPM_HASHRING),
          atLeast: 20,
        },
      ],
      faults: faultsOf(measures),
      passages: [{ page: 'docs/hashing.md', marker: 'measured', tables }],
      files: drawPlots(tools, measures, virtualNodes, races),
    };
  },
};

function tablesOf(measures: ReadonlyMap<string, Measures>, races: ReadonlyMap<number, RaceResult>) {
  const race = races.get(10) as RaceResult;
  return [
    {
      title:
        'A million keys among ten nodes, and what happens when an eleventh joins or one of the ten leaves:',
      columns: [
        'map',
        'peak ÷ mean',
        `worst of ${SETS} sets of names`,
        'moves when one joins',
        'needless',
        'moves when one leaves',
        'needless',
        'same again',
        'memory',
      ],
      rows: [...measures].map(([name, measured]) => {
        const { peaks, joined, left, isSameAgain, bytes } = measured;
        return [
          name,
          medianPeak(measured).toFixed(3),
          (peaks.at(-1) as number).toFixed(3),
          percent(joined.due + joined.needless),
          percent(joined.needless),
          percent(left.due + left.needless),
          percent(left.needless),
          isSameAgain ? 'yes' : 'no',
          `${(bytes / 1_024).toFixed(1)} KiB`,
        ];
      }),
    },
    {
      title: 'Lookups of 65,536 keys such as `user:4711`, all contenders taking turns in one run:',
      columns: ['map', ...SIZES.map((size) => `ns, ${size} nodes`), 'million/s', '× npm hashring'],
      rows: [...CONTENDERS, ...VARIANTS].map(({ name, limit = Infinity }) => {
        const nanoseconds = race.nanosecondsPerOperation(name);
        const { mean, low, high } = race.ratio(name, NPM_HASHRING);
        return [
          name,
          ...SIZES.map((size) =>
            size > limit ? '–' : whole((races.get(size) as RaceResult).nanosecondsPerOperation(name)),
          ),
          (1_000 / nanoseconds).toFixed(1),
          `${mean.toFixed(1)} (${low.toFixed(1)} … ${high.toFixed(1)})`,
        ];
      }),
    },
  ];
}

function percent(share: number): string {
  return share === 0 ? '0 %' : `${(share * 100).toFixed(2)} %`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
