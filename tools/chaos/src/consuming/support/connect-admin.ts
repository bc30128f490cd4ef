import { type Admin, Kafka, logLevel } from 'kafkajs';

export async function connectAdmin(brokers: string[]): Promise<Admin> {
  const admin = new Kafka({ brokers, clientId: 'chaos-admin', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return admin;
}
