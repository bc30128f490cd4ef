import { type AdminClient, runCommandLine, usageError } from '../src/index.ts';

/** The smallest possible command line. */
await runCommandLine<AdminClient>({
  name: 'sample',
  about: 'a command line for tests',
  commands: {
    read: {
      usage: 'read PATH',
      about: 'reads a path',
      options: { from: { type: 'string', value: 'PLACE', about: 'where to start' } },
      words: [1, 1],
      async run({ admin, output, flags, words: [path = ''] }) {
        if (flags['from'] === 'nowhere') throw usageError('--from nowhere: expected a place');
        output.progress('50 %');
        const found = await admin.get(path);
        output.result(found, `Found ${JSON.stringify(found)}`);
        return 0;
      },
    },
    break: {
      usage: 'break',
      about: 'fails unexpectedly',
      options: {},
      words: [0, 0],
      run: () => Promise.reject(new Error('an unexpected error')),
    },
  },
  statuses: { 4: 'half done' },
  guide: 'docs/sample.md',
  admin: (client) => client,
});
