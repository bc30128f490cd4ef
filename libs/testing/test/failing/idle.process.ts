/** A program that a test leaves behind. */
process.stdout.write('ready\n');
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 60_000);
