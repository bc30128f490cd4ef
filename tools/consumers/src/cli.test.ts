import { type Consumer, type ConsumerPause, type ConsumerSummary } from '@groundwork/contracts';
import { StandIn, startTool } from '@groundwork/operator-cli/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const COMMANDS = ['list', 'lag', 'pause', 'resume'];
const PAUSE: ConsumerPause = {
  topic: 'orders.events',
  by: 'ada',
  reason: 'a migration',
  at: '2026-01-01T12:00:00.000Z',
};

const summary = (change: Partial<ConsumerSummary> = {}): ConsumerSummary => ({
  group: 'event-processor',
  state: 'stable',
  members: 2,
  lag: '9007199254740993',
  pausable: true,
  pauses: [],
  ...change,
});

const consumer = (change: Partial<Consumer> = {}): Consumer => ({
  ...summary(),
  topics: [
    {
      topic: 'orders.events',
      lag: '9007199254740993',
      partitions: [
        { partition: 0, committed: '7', end: '7', lag: '0' },
        { partition: 1, committed: null, end: '9007199254740993', lag: '9007199254740993' },
      ],
    },
  ],
  ...change,
});

describe('npm run consumers', () => {
  let gateway: StandIn;
  let url: string;

  beforeEach(async () => {
    gateway = new StandIn().answer('GET consumers/event-processor', [200, consumer()]);
    url = await gateway.listen();
  });

  afterEach(() => gateway.close());

  const run = (...args: string[]) => startTool(join(import.meta.dirname, 'cli.ts'), args).ended;
  const at = (...args: string[]) => run(...args, '--base-url', url);
  const changes = () => gateway.asked.filter(({ request }) => request.startsWith('POST'));
  const paused = (changed: boolean, pauses: readonly ConsumerPause[]) =>
    [200, { group: 'event-processor', changed, pauses }] as const;

  it('prints help for itself and every command', async () => {
    const { status, stdout } = await run('--help');
    expect([status, stdout]).toEqual([0, expect.stringContaining('Exit status: 0 done')]);
    for (const command of COMMANDS) {
      const help = await run(command, '--help');
      expect([command, help.status]).toEqual([command, 0]);
      expect(help.stdout).toContain('--json');
      expect(help.stdout).not.toContain('undefined');
    }
  });

  it.each([
    [['stop'], 'npm run consumers -- COMMAND'],
    [['lag'], 'npm run consumers -- lag GROUP'],
    [['list', '--fast'], "Unknown option '--fast'"],
    [['pause', 'event-processor'], '--reason TEXT: expected a reason'],
    [['pause', 'event-processor', '--reason', ' '], '--reason TEXT: expected a reason'],
    [['pause', 'event-processor', '--reason', 'why', '--by', ''], '--by: expected 1 to 100 characters'],
    [['resume', 'event-processor', '--topic', ''], '--topic: expected the name of a topic'],
  ])('%j is wrong usage: the message names what is wrong, and no request is sent', async (args, message) => {
    expect(await at(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(gateway.asked).toEqual([]);
  });

  it('lists the groups, and asks the other services for the pauses of their groups', async () => {
    const alone = summary({ group: 'cache-service.1', members: 1, lag: '0', pausable: false });
    const [elsewhere, away] = ['order-service', 'dead-letter-review'].map((group) =>
      summary({ group, pauses: null }),
    ) as [ConsumerSummary, ConsumerSummary];
    gateway
      .answer('GET consumers', [200, { items: [summary({ pauses: [PAUSE] }), alone, elsewhere, away] }])
      .answer('GET consumers/order-service', [
        200,
        consumer({ group: 'order-service', pauses: [{ ...PAUSE, topic: null }] }),
      ])
      .answer('GET consumers/dead-letter-review', [503, { code: 'unavailable', detail: 'Away.' }]);
    const { status, stdout } = await at('list');
    expect(status).toBe(0);
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['GROUP', 'STATE', 'MEMBERS', 'LAG', 'PAUSED'],
      ['event-processor', 'stable', '2', '9007199254740993', 'orders.events'],
      ['cache-service.1', 'stable', '1', '0', '-'],
      ['order-service', 'stable', '2', '9007199254740993', 'whole group'],
      ['dead-letter-review', 'stable', '2', '9007199254740993', 'unknown'],
      [''],
    ]);
    const { items } = JSON.parse((await at('list', '--json')).stdout) as { items: ConsumerSummary[] };
    expect(items.map(({ pauses }) => pauses?.length ?? null)).toEqual([1, 0, 1, null]);
  });

  it('shows the lag of partitions that have lag, or of all, and the pauses, also as JSON', async () => {
    gateway.answer('GET consumers/event-processor', [200, consumer({ pauses: [PAUSE] })]);
    const { stdout } = await at('lag', 'event-processor');
    expect(stdout).toContain('event-processor: stable, 2 members, lag 9007199254740993');
    expect(stdout).toContain('! orders.events is paused since 2026-01-01 12:00:00 UTC by ada: a migration');
    expect(stdout).toMatch(/ 1 +- +9007199254740993 +9007199254740993/);
    expect(stdout).not.toMatch(/ 0 +7 +7 +0/);
    expect((await at('lag', 'event-processor', '--all')).stdout).toMatch(/ 0 +7 +7 +0/);
    const { stdout: json } = await at('lag', 'event-processor', '--json');
    expect(JSON.parse(json)).toEqual(consumer({ pauses: [PAUSE] }));
  });

  it('watches until the lag is 0, and tolerates a platform that is unavailable for a moment', async () => {
    gateway.answer(
      'GET consumers/event-processor',
      [200, consumer({ lag: '10', pauses: [PAUSE] })],
      [503, { code: 'broker-unavailable', detail: 'Kafka is unavailable; retry later.' }],
      [200, consumer({ lag: '0', topics: [] })],
    );
    const { status, stderr, stdout } = await at('lag', 'event-processor', '--watch');
    expect(status).toBe(0);
    expect(stderr).toContain('event-processor: lag 10\n');
    expect(stderr).toContain('Kafka is unavailable; retry later.');
    expect(stderr).toContain('orders.events is paused since');
    expect(stderr).toMatch(/event-processor: lag 0, [\d.]+ a second less/);
    expect(stdout).toContain('lag 0');
  });

  it('pauses with a reason and a name, and reports an earlier pause with its time and reason', async () => {
    gateway.answer('POST consumers/event-processor/pause', paused(true, [PAUSE]), paused(false, [PAUSE]));
    const words = ['pause', 'event-processor', '--topic', 'orders.events', '--reason', 'a migration'];
    const first = await at(...words, '--by', 'ada');
    expect([first.status, first.stdout]).toEqual([
      0,
      expect.stringContaining('event-processor is paused on orders.events'),
    ]);
    const again = await at(...words);
    expect(again.stdout).toContain('Nothing has changed: it was already paused.');
    expect(again.stdout).toContain('since 2026-01-01 12:00:00 UTC by ada: a migration');
    expect(changes().map(({ body }) => body)).toEqual([
      { topic: 'orders.events', reason: 'a migration', by: 'ada' },
      { topic: 'orders.events', reason: 'a migration', by: userInfo().username },
    ]);
    expect(gateway.asked[0]?.key).toBe('the-key');
  });

  it('resumes, and shows the pauses that remain', async () => {
    gateway.answer('POST consumers/event-processor/resume', paused(true, [PAUSE]), paused(false, []));
    const { stdout } = await at('resume', 'event-processor', '--by', 'bob');
    expect(stdout).toContain('event-processor is resumed');
    expect(stdout).toContain('! orders.events is paused since');
    const again = await at('resume', 'event-processor', '--topic', 'orders.events', '--json');
    expect(JSON.parse(again.stdout)).toEqual({ group: 'event-processor', changed: false, pauses: [] });
    expect(changes().map(({ body }) => body)).toEqual([
      { by: 'bob' },
      { topic: 'orders.events', by: userInfo().username },
    ]);
  });

  it('reports what the platform refuses, in words and as JSON', async () => {
    const detail = 'There is no consumer group shop; there are event-processor, order-service.';
    gateway.answer('GET consumers/shop', [404, { code: 'not-found', detail }]);
    expect(await at('lag', 'shop')).toEqual({ status: 3, stdout: '', stderr: `${detail}\n` });
    const { stderr } = await at('lag', 'shop', '--json');
    expect(JSON.parse(stderr)).toEqual({ code: 'not-found', message: detail });
  });

  it('escapes control characters in a reason', async () => {
    const pauses = [{ ...PAUSE, reason: 'nothing\u001b[2J\nGROUP is fine' }];
    gateway.answer('GET consumers/event-processor', [200, consumer({ pauses })]);
    const { stdout } = await at('lag', 'event-processor');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('\nGROUP');
  });
});
