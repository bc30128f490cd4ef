/** A service for tests: serves its environment at LISTEN_ADDRESS, or ends with EXIT_CODE; records its actions in JOURNAL. */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const {
  INSTANCE_ID: name,
  JOURNAL: journal = '',
  LISTEN_ADDRESS: address = '',
  EXIT_CODE,
  FAILS_FIRST,
  SLOW_MS,
  STAYS,
  STOPS_AFTER_MS,
} = process.env;
const note = (what: string) => appendFileSync(journal, `${what} ${name}\n`);

note('starts');
if (FAILS_FIRST !== undefined && !existsSync(`${journal}.${name}`)) {
  writeFileSync(`${journal}.${name}`, '');
  process.exit(1);
}
if (EXIT_CODE !== undefined) {
  note('ends');
  process.stderr.write(`${name} gives up\n`);
  process.exit(Number(EXIT_CODE));
}
const [host, port] = address.split(':');
const server = createServer((_request, response) => response.end(JSON.stringify(process.env)));
setTimeout(() => server.listen(Number(port), host), Number(SLOW_MS ?? 0));
process.on('SIGTERM', () => {
  setTimeout(
    () => {
      note('stops');
      if (STAYS === undefined) process.exit(0);
    },
    Number(STOPS_AFTER_MS ?? 0),
  );
});
