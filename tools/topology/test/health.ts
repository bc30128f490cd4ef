/** The health check of the stand-ins, run beside them. */
const response = await fetch(`http://${process.env['LISTEN_ADDRESS']}`).catch(() => undefined);
process.exit(response?.ok === true ? 0 : 1);

export {};
