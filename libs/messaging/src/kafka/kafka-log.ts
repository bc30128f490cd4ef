import { type logCreator, logLevel } from 'kafkajs';
import { type MessagingLogger } from '../logger.ts';

/**
 * kafkajs's own lines, one level quieter than it means them: it reports as errors what it then retries, and what it gives
 * up on reaches our own code and is logged there.
 */
export function kafkaLog(logger: MessagingLogger): logCreator {
  return () =>
    ({ level, namespace, log }) => {
      const { message, timestamp: _timestamp, logger: _logger, ...fields } = log;
      const line = `kafkajs ${namespace}: ${message}`;
      if (level === logLevel.ERROR) logger.warn(fields, line);
      else logger.debug(fields, line);
    };
}
