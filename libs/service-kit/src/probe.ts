/** The health check that runs beside every service: it asks for readiness and exits with status 0 or 1. */
const port = /:(\d+)$/.exec(process.env['LISTEN_ADDRESS'] ?? '')?.[1];
try {
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`, {
    signal: AbortSignal.timeout(2_500),
  });
  if (!response.ok) process.stderr.write(`${await response.text()}\n`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
}

export {};
