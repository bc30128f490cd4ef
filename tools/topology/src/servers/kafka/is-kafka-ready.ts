import { kafkaRequest } from './kafka-request.ts';

const METADATA = { apiKey: 3, version: 4 };
const FIND_COORDINATOR = { apiKey: 10, version: 1 };

const AFTER_THROTTLE_TIME = 4;

/**
 * Returns whether a broker is ready: it knows a live broker (an open port is not enough, because the listener opens earlier)
 * and has a group coordinator. The request for a coordinator makes a fresh cluster create its offsets topic, so that the
 * first consumer does not wait for it: kafkajs gives up permanently when that takes too long.
 */
export async function isKafkaReady(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await knowsABroker(port, host)) && (await hasGroupCoordinator(port, host));
}

async function knowsABroker(port: number, host: string): Promise<boolean> {
  const noTopicsAndCreateNone = Buffer.alloc(5);
  const answer = await kafkaRequest({ port, host }, METADATA, noTopicsAndCreateNone);
  return answer.readInt32BE(AFTER_THROTTLE_TIME) > 0;
}

async function hasGroupCoordinator(port: number, host: string): Promise<boolean> {
  const group = Buffer.from('readiness');
  const body = Buffer.concat([Buffer.from([0, group.length]), group, Buffer.from([0])]);
  const answer = await kafkaRequest({ port, host }, FIND_COORDINATOR, body);
  return answer.readInt16BE(AFTER_THROTTLE_TIME) === 0;
}
