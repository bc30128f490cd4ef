import { DeadLetterStatus } from '@groundwork/contracts';
import { EXIT, usageError, wholeNumber } from '@groundwork/operator-cli';
import { type Command, type Flags } from '../command.ts';
import { type LetterQuery } from '../dead-letter-admin.ts';
import { lettersTable } from '../describe/letters-table.ts';
import { toType } from '../describe/to-type.ts';
import { FILTER_OPTIONS, filterOf, filterWords, optionWords } from '../options/filter.ts';

const MOST = 100;

export const list: Command = {
  usage: 'list [--status S] [FILTER …]',
  about: 'lists the dead letters, newest first, one page at a time',
  options: {
    status: { type: 'string', value: 'STATUS', about: 'open, redriven or discarded (default: all)' },
    ...FILTER_OPTIONS,
    limit: { type: 'string', value: 'N', about: `dead letters on a page, at most ${MOST} (default: 20)` },
    cursor: { type: 'string', value: 'CURSOR', about: 'the cursor at the end of the previous page' },
  },
  words: [0, 0],

  async run({ admin, output, flags }) {
    const query = queryOf(flags);
    const page = await admin.list(query);
    const more = page.nextCursor === null ? [] : ['', `  more: ${nextPage(query, page.nextCursor)}`];
    const shown = page.items.length === 0 ? '  no dead letters' : lettersTable(page.items, Date.now());
    output.result(page, [shown, ...more].join('\n'));
    return EXIT.done;
  },
};

function queryOf(flags: Flags): LetterQuery {
  const cursor = flags['cursor'] as string | undefined;
  if (cursor !== undefined && !/^[1-9]\d{0,17}$/.test(cursor)) {
    throw usageError(`--cursor ${cursor}: expected the cursor at the end of the previous page`);
  }
  return { status: statusOf(flags), ...filterOf(flags), limit: wholeNumber(flags, 'limit', MOST), cursor };
}

function statusOf({ status }: Flags): DeadLetterStatus | undefined {
  const found = DeadLetterStatus.optional().safeParse(status);
  if (found.success) return found.data;
  throw usageError(`--status ${String(status)}: expected ${DeadLetterStatus.options.join(', ')}`);
}

function nextPage({ status, limit, cursor: _, ...filter }: LetterQuery, cursor: string): string {
  const words = [
    ...optionWords('status', status),
    ...filterWords(filter),
    ...optionWords('limit', limit?.toString()),
    ...optionWords('cursor', cursor),
  ];
  return toType('list', ...words);
}
