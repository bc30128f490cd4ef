import { type BasketBooks } from './basket-client.ts';
import { type ViewBooks } from './view-clients.ts';

export interface WriteBehindRun {
  readonly views: readonly ViewBooks[];
  readonly baskets: readonly BasketBooks[];
  readonly storedViews: ReadonlyMap<string, number>;
  readonly storedBaskets: ReadonlyMap<string, { readonly version: number; readonly number: number }>;
  /** Rows of the table of refused writes. */
  readonly refused: number;
  readonly faultsPlanned: number;
  readonly faultsDone: number;
}

/** Returns the reasons why a run has failed; none if it has passed. */
export function faultsOfWriteBehind(run: WriteBehindRun): string[] {
  return [
    ...run.views.flatMap(({ sku, acknowledged, wrongReads }) => {
      const stored = run.storedViews.get(sku) ?? 0;
      return [
        ...(stored < acknowledged ? [`${sku}: ${acknowledged - stored} acknowledged views are lost`] : []),
        ...(stored > acknowledged ? [`${sku}: ${stored - acknowledged} views were counted twice`] : []),
        ...wrongReads.map((text) => `${sku}: ${text}`),
      ];
    }),
    ...run.baskets.flatMap((books) => [
      ...storedFault(books, run.storedBaskets.get(books.customerId)),
      ...books.faults.map((text) => `basket ${books.customerId}: ${text}`),
    ]),
    ...(run.refused > 0 ? [`${run.refused} writes were set aside`] : []),
    ...(run.faultsDone < run.faultsPlanned
      ? [`${run.faultsDone} of ${run.faultsPlanned} faults were injected`]
      : []),
    ...(run.views.every(({ acknowledged }) => acknowledged === 0) ? ['no view was acknowledged'] : []),
    ...(run.baskets.every(({ writes }) => writes === 0) ? ['no basket was acknowledged'] : []),
  ];
}

function storedFault(
  { customerId, acknowledged, version }: BasketBooks,
  stored = { version: 0, number: 0 },
): string[] {
  if (stored.version === version && stored.number === acknowledged) return [];
  return [
    `basket ${customerId}: ${stored.number} in version ${stored.version} is stored, not ${acknowledged} in version ${version}`,
  ];
}
