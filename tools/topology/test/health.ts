/** The health check of the stand-ins. */
const response = await fetch(`http://${process.env['LISTEN_ADDRESS']}`).catch(() => undefined);
process.exit(response?.ok === true ? 0 : 1);

export {};
