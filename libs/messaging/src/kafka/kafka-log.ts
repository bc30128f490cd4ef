import { type logCreator } from 'kafkajs';
import { type MessagingLogger } from '../logger.ts';

/**
 * Writes kafkajs's own log lines at debug level only: kafkajs logs dozens of errors a second about requests that it then
 * retries. A request that it gives up on fails in our own code and is logged there, once.
 */
export function kafkaLog(logger: MessagingLogger): logCreator {
  return () =>
    ({ namespace, log }) => {
      const { message, timestamp: _timestamp, logger: _logger, ...fields } = log;
      logger.debug(fields, `kafkajs ${namespace}: ${message}`);
    };
}
