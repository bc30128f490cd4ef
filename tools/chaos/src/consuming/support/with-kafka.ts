import { startTestKafka } from '@groundwork/testing';

export type OwnKafka = Awaited<ReturnType<typeof startTestKafka>>;

/** A broker of the step's own, which ends however the work ends. */
export async function withKafka<T>(work: (kafka: OwnKafka) => Promise<T>): Promise<T> {
  const kafka = await startTestKafka();
  try {
    return await work(kafka);
  } finally {
    await kafka.stop();
  }
}
