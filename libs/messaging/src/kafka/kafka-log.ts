import { type logCreator } from 'kafkajs';
import { type MessagingLogger } from '../logger.ts';

/**
 * kafkajs's own lines, for debugging only: it writes dozens of errors a second about what it then retries, and what it
 * gives up on reaches our own code and is logged there, once.
 */
export function kafkaLog(logger: MessagingLogger): logCreator {
  return () =>
    ({ namespace, log }) => {
      const { message, timestamp: _timestamp, logger: _logger, ...fields } = log;
      logger.debug(fields, `kafkajs ${namespace}: ${message}`);
    };
}
