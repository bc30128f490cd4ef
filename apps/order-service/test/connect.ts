import { Client } from 'pg';

export async function connect(url: string, applicationName = 'test'): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: applicationName });
  // When a test kills a server, its connections fail.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
