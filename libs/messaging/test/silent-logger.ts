import { type MessagingLogger } from '../src/logger.ts';

const write = (level: string) => (fields: object, message: string) => {
  if (process.env['MESSAGING_TEST_LOG'] !== undefined)
    process.stderr.write(`${Date.now()} ${level} ${message} ${describe(fields)}\n`);
};

function describe(fields: object): string {
  return JSON.stringify(fields, (_name, value: unknown) =>
    value instanceof Error ? String(value.stack) : value,
  );
}

/** Logs nothing, unless `MESSAGING_TEST_LOG` is set. */
export const SILENT: MessagingLogger = {
  debug: write('debug'),
  info: write('info'),
  warn: write('warn'),
  error: write('error'),
};
