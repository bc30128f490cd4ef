import { connect, Socket } from 'node:net';
import { Kafka, logLevel, type RetryOptions } from 'kafkajs';
import { type MessagingLogger } from '../logger.ts';
import { ClientDestroyedError } from './client-destroyed.error.ts';
import { kafkaLog } from './kafka-log.ts';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: MessagingLogger;
  readonly retry?: RetryOptions;
}

/** kafkajs retries internally. The user of a client retries too, with a new client, and knows when to stop. */
const BRIEFLY: RetryOptions = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };

/**
 * One `Kafka` instance with the sockets it opened. Consumers of one group that share an instance, and reconnects after a
 * start on a fresh cluster, leave kafkajs with sockets that outlive its `disconnect()` and keep the process alive:
 * `destroy()` closes them. The instance cannot be used afterwards.
 */
export class KafkaClient {
  readonly kafka: Kafka;
  private readonly sockets = new Set<Socket>();
  private destroyed = false;

  constructor({ brokers, clientId, logger, retry }: KafkaClientOptions) {
    this.kafka = new Kafka({
      brokers: [...brokers],
      clientId,
      logLevel: logLevel.INFO,
      logCreator: kafkaLog(logger),
      connectionTimeout: 3_000,
      requestTimeout: 15_000,
      socketFactory: ({ host, port, onConnect }) => this.open(host, port, onConnect),
      retry: { ...BRIEFLY, ...retry },
    });
  }

  destroy(): void {
    this.destroyed = true;
    // With an error: kafkajs does not detect a socket that only closes, and keeps the timers of its requests for ever.
    for (const socket of this.sockets) socket.destroy(new ClientDestroyedError());
    this.sockets.clear();
  }

  private open(host: string, port: number, onConnect: () => void): Socket {
    if (this.destroyed) return refused();
    const socket = connect({ host, port }, onConnect);
    socket.setKeepAlive(true, 30_000);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }
}

/** Returns the socket that kafkajs gets when one of its own retries reconnects after `destroy`. */
function refused(): Socket {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(new ClientDestroyedError()));
  return socket;
}
