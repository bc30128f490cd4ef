import { describe, expect, it } from '@jest/globals';
import { parseSimpleCommand } from './parse-simple-command.ts';

describe('a simple shell command', () => {
  const environment = { POSTGRES_USER: 'me' };

  it.each([
    ['pg_isready -U $POSTGRES_USER -d $UNSET', ['pg_isready', '-U', 'me', '-d', '']],
    ['redis-cli ping || exit 1', ['redis-cli', 'ping']],
    [
      '/opt/kafka/bin/x.sh --bootstrap-server kafka:9092 > /dev/null',
      ['/opt/kafka/bin/x.sh', '--bootstrap-server', 'kafka:9092'],
    ],
    ['check > /dev/null 2>&1 || exit 1', ['check']],
  ])('%s', (line, words) => {
    expect(parseSimpleCommand(line, environment)).toEqual(words);
  });

  it.each(['a | b', 'a && b', 'a; b', 'echo "x y"', 'test $(date)', 'cat < file', 'a > file', 'ls *'])(
    'leaves %s to a shell',
    (line) => {
      expect(parseSimpleCommand(line, environment)).toBeUndefined();
    },
  );
});
