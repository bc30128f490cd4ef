import { startTestKafka } from '@groundwork/testing';

export type OwnKafka = Awaited<ReturnType<typeof startTestKafka>>;

/** Runs `work` with its own broker, and stops the broker afterwards, also when `work` fails. */
export async function withKafka<T>(work: (kafka: OwnKafka) => Promise<T>): Promise<T> {
  const kafka = await startTestKafka();
  try {
    return await work(kafka);
  } finally {
    await kafka.stop();
  }
}
