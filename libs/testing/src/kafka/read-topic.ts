import { connect, type Socket } from 'node:net';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';

export type ReadMessage = KafkaMessage & { readonly partition: number };

export interface TopicReader {
  /** All messages read so far. */
  readonly messages: readonly ReadMessage[];
  stop(): Promise<void>;
}

/** Collects all messages of a topic from its beginning. */
export async function readTopic(brokers: string[], groupId: string, topic: string): Promise<TopicReader> {
  const sockets = new Set<Socket>();
  const kafka = new Kafka({
    brokers,
    clientId: groupId,
    logLevel: logLevel.NOTHING,
    // kafkajs leaves sockets open after its disconnect when the broker went down in between. `stop` closes them.
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port }, onConnect);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  const consumer = kafka.consumer({ groupId });
  const messages: ReadMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      messages.push({ ...message, partition });
      return Promise.resolve();
    },
  });
  return {
    messages,
    stop: async () => {
      await consumer.disconnect();
      for (const socket of sockets) socket.destroy();
    },
  };
}
