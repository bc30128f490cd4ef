import { type Logger } from 'typeorm';

/** Silences TypeORM: it throws its errors, and the code that catches an error logs it once, as JSON. */
export const quietTypeormLogger: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};
