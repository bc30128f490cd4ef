/** A program that a test leaves running. */
process.stdout.write('ready\n');
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 60_000);
