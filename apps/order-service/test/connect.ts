import { Client } from 'pg';

export async function connect(url: string, applicationName = 'test'): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: applicationName });
  // A server that a test kills takes its connections along.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
