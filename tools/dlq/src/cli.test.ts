import { type DeadLetterStats } from '@groundwork/contracts';
import { StandIn, startTool, type StartToolOptions } from '@groundwork/operator-cli/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { action, job, JOB_ID, letter, LETTER_ID, reviewed } from '../test/letters.ts';

const COMMANDS = ['list', 'show', 'redrive', 'discard', 'stats'];
const OVER = { status: 'finished', finishedAt: '2026-01-01T13:00:03.000Z' } as const;
const stats: DeadLetterStats = {
  byStatus: { open: 12, redriven: 3, discarded: 1 },
  openByType: [
    { eventType: 'com.groundwork.stock.reserved.v1', letters: 11 },
    { eventType: null, letters: 1 },
  ],
  openByError: [{ errorCode: 'payment-not-understood', letters: 12 }],
  byHour: [{ hour: '2026-01-01T12:00:00Z', letters: 16 }],
  incidents: [
    {
      id: JOB_ID,
      eventType: 'com.groundwork.stock.reserved.v1',
      openedAt: '2026-01-01T12:00:02.500Z',
      letters: 11,
    },
  ],
  failedAlerts: [
    {
      id: LETTER_ID,
      alert: 'opened',
      incident: JOB_ID,
      eventType: 'com.groundwork.stock.reserved.v1',
      failedAt: '2026-01-01T12:00:09.500Z',
      reason: 'The webhook answered 400',
    },
  ],
};

describe('npm run dlq', () => {
  let gateway: StandIn;
  let url: string;
  let folder: string;

  beforeEach(async () => {
    gateway = new StandIn()
      .answer('GET dead-letters', [200, { items: [letter()], nextCursor: null }])
      .answer(`GET dead-letters/${LETTER_ID}`, [200, reviewed()])
      .answer('GET dead-letters/stats', [200, stats]);
    url = await gateway.listen();
    folder = mkdtempSync(join('/tmp', 'groundwork-dlq-'));
  });

  afterEach(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });

  const start = (args: readonly string[], options: StartToolOptions = {}) =>
    startTool(join(import.meta.dirname, 'cli.ts'), args, { env: { INIT_CWD: folder }, ...options });
  const run = (...args: string[]) => start(args).ended;
  const at = (...args: string[]) => run(...args, '--base-url', url);
  const requests = () => gateway.asked.map(({ request }) => request);
  const sent = () => gateway.asked.filter(({ request }) => request.startsWith('POST'));
  const inFile = (content: string) => {
    writeFileSync(join(folder, 'payload.json'), content);
    return ['redrive', LETTER_ID, '--payload', 'payload.json'];
  };

  it('prints help for itself and every command', async () => {
    const { status, stdout } = await run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('5 the platform cannot be reached, 130 interrupted, the redrive continues');
    for (const command of COMMANDS) {
      const help = await run(command, '--help');
      expect([command, help.status]).toEqual([command, 0]);
      expect(help.stdout).toContain('--json');
      expect(help.stdout).not.toContain('undefined');
    }
  });

  it.each([
    [['lists'], 'npm run dlq -- COMMAND'],
    [['list', 'open'], "Unexpected argument 'open'"],
    [['list', '--status', 'closed'], '--status closed: expected open, redriven, discarded'],
    [['list', '--limit', '101'], '--limit 101: expected a whole number from 1 to 100'],
    [['list', '--cursor', 'next'], '--cursor next: expected the cursor at the end of the previous page'],
    [['list', '--key', ''], '--key: expected 1 to 1024 characters'],
    [['list', '--from', 'yesterday'], '--from yesterday: expected a date, or a time with its zone'],
    [['list', '--to', '2026-02-31'], '--to 2026-02-31: expected a date'],
    [['list', '--from', '2026-01-31T09:00'], '--from 2026-01-31T09:00: expected a date, or a time with its'],
    [['list', '--from', '2026-02-01', '--to', '2026-02-01'], 'is not before --to'],
    [['show'], 'npm run dlq -- show ID'],
    [['show', '7'], '7: expected the id of a dead letter'],
    [['discard', LETTER_ID], '--reason TEXT: expected a reason'],
    [['discard', LETTER_ID, '--reason', ' '], '--reason TEXT: expected a reason'],
    [['discard', LETTER_ID, '--reason', 'x', '--by', ''], '--by: expected 1 to 100 characters'],
    [['redrive'], 'name dead letters: redrive ID, redrive --type TYPE (or another filter), or redrive --all'],
    [['redrive', '--rate', '5'], 'name dead letters'],
    [['redrive', '--all', '--rate', '1001'], '--rate 1001: expected a whole number from 1 to 1000'],
    [['redrive', '--all', '--type', 'a'], '--all and --type cannot be combined'],
    [['redrive', LETTER_ID, '--all'], `${LETTER_ID} and --all cannot be combined`],
    [['redrive', LETTER_ID, '--rate', '5'], `--rate cannot be combined with ${LETTER_ID}`],
    [['redrive', '--type', 'a', '--payload', 'a.json'], '--payload cannot be combined with --type'],
    [['redrive', '--job', '7'], '--job 7: expected the id of a redrive'],
    [['redrive', LETTER_ID, '--payload', 'gone.json'], '--payload gone.json: cannot be read'],
  ])('%j is wrong usage: the message names what is wrong, and no request is sent', async (args, message) => {
    expect(await at(...args)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(requests()).toEqual([]);
  });

  it.each([
    ['{', '--payload payload.json: is not JSON'],
    ['[]', '--payload payload.json: expected a JSON object, the data of the event, and found an array'],
    ['7', 'found a number'],
  ])('rejects the payload %s and sends no request', async (content, message) => {
    const found = await at(...inFile(content));
    expect(found).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(requests()).toEqual([]);
  });

  it('reports what the platform refuses, with a separate status, in words and as JSON', async () => {
    const problem = { code: 'letter-discarded', detail: 'The letter has been discarded.' };
    gateway.answer(`POST dead-letters/${LETTER_ID}/redrive`, [409, problem]);
    expect(await at('redrive', LETTER_ID)).toEqual({
      status: 3,
      stdout: '',
      stderr: `${problem.detail}\n`,
    });
    const { status, stderr } = await at('redrive', LETTER_ID, '--json');
    expect([status, JSON.parse(stderr)]).toEqual([3, { code: problem.code, message: problem.detail }]);
    gateway.answer(`GET dead-letters/${LETTER_ID}`, [503, { code: 'unavailable', detail: 'Not now.' }]);
    expect(await at('show', LETTER_ID)).toMatchObject({ status: 5, stderr: 'Not now.\n' });
    expect(await run('stats', '--base-url', 'http://127.0.0.1:9')).toMatchObject({ status: 5 });
  });

  it('lists dead letters that match a filter, and shows the command for the next page', async () => {
    const key = "it's -here";
    const query = new URLSearchParams({
      status: 'open',
      eventType: 'com.groundwork.stock.reserved.v1',
      key,
      from: '2026-01-31T08:00:00.000Z',
      limit: '1',
    }).toString();
    gateway.answer(`GET dead-letters?${query}`, [200, { items: [letter({ key })], nextCursor: '17' }]);
    const filter = ['--status', 'open', '--type', 'com.groundwork.stock.reserved.v1', '--key', key];
    const { stdout, status } = await at(
      'list',
      ...filter,
      '--from',
      '2026-01-31T09:00+01:00',
      '--limit',
      '1',
    );
    expect(status).toBe(0);
    expect(stdout).toContain(`${LETTER_ID}  2026-01-01 12:00:02  `);
    expect(stdout).toMatch(/v1 {2}it's -here {2}event-processor {2}payment-not-understood {2}2 {9}open\n/);
    expect(stdout).toContain(
      `more: npm run dlq -- list --status open --type com.groundwork.stock.reserved.v1 --key 'it'\\''s -here' ` +
        '--from 2026-01-31T08:00:00.000Z --limit 1 --cursor 17\n',
    );
    const page = { items: [], nextCursor: null };
    gateway.answer('GET dead-letters?cursor=17', [200, page]);
    expect(await at('list', '--cursor', '17')).toMatchObject({ stdout: '  no dead letters\n' });
    expect(JSON.parse((await at('list', '--cursor', '17', '--json')).stdout)).toEqual(page);
  });

  it('shows all properties of a dead letter, and the next commands', async () => {
    const { stdout, status } = await at('show', LETTER_ID);
    expect(status).toBe(0);
    for (const text of [
      'event-processor gave up after 2 attempts',
      '2500 ms from the event to its last failure',
      'inventory.events:3:41',
      'payment-not-understood: The provider does not understand test_poison',
      '1        2026-01-01 12:00:01.000 UTC  payment-provider-unavailable  Not now',
      'ce_source  /event-processor',
      '    {\n      "orderId": "250360347248231424",\n      "total": {\n        "minor": 9007199254740993\n      },\n      "lines": []\n    }\n',
      '  decisions\n    none yet',
      `npm run dlq -- redrive ${LETTER_ID} --payload 5d41402a.json`,
    ]) {
      expect(stdout).toContain(text);
    }
    expect(JSON.parse((await at('show', LETTER_ID, '--json')).stdout)).toEqual(reviewed());
  });

  it('shows the decisions with operator, time and reason', async () => {
    const edited = action({ action: 'edited-and-redriven', payload: { paymentMethod: 'test_ok' } });
    gateway.answer(`GET dead-letters/${LETTER_ID}`, [200, reviewed({ status: 'redriven' }, edited)]);
    expect((await at('show', LETTER_ID)).stdout).toContain(
      '    sent again with another payload 2026-01-01 13:00:00.000 UTC by ada\n' +
        '      as event 7b9f1c52-0000-4000-8000-000000000001\n' +
        '      {\n        "paymentMethod": "test_ok"\n      }\n',
    );
    const given = action({ action: 'discarded', reason: 'a test order', eventId: null });
    gateway.answer(`GET dead-letters/${LETTER_ID}`, [200, reviewed({ status: 'discarded' }, given)]);
    const { stdout } = await at('show', LETTER_ID);
    expect(stdout).toContain('    discarded 2026-01-01 13:00:00.000 UTC by ada: a test order\n');
    expect(stdout).toContain('none: a decision is final');
  });

  it('marks a payload that is not JSON, not text, truncated or missing', async () => {
    for (const [change, about] of [
      [{ payload: '{' }, '  payload: not JSON\n    {\n'],
      [{ payload: null }, '  payload: none\n'],
      [
        { payload: '//4A', headers: { 'dead-letter-payload-encoding': 'base64' } },
        '  payload: not text, in base64\n    //4A\n',
      ],
      [
        { payload: '{"a":', headers: { 'dead-letter-payload-bytes': '300000' } },
        'truncated: all 300000 bytes are at inventory.events:3:41\n',
      ],
    ] as const) {
      gateway.answer(`GET dead-letters/${LETTER_ID}`, [200, reviewed(change)]);
      expect((await at('show', LETTER_ID)).stdout).toContain(about);
    }
  });

  it("saves a payload for editing relative to the caller's folder, and never overwrites a file", async () => {
    const { stderr } = await at('show', LETTER_ID, '--save', 'mine.json');
    expect(stderr).toBe(`Payload saved to ${join(folder, 'mine.json')}\n`);
    const saved = readFileSync(join(folder, 'mine.json'), 'utf8');
    expect(saved).toContain('"minor": 9007199254740993');
    writeFileSync(join(folder, 'mine.json'), 'edited');
    expect(await at('show', LETTER_ID, '--save', 'mine.json')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--save mine.json: cannot be written (EEXIST'),
    });
    expect(readFileSync(join(folder, 'mine.json'), 'utf8')).toBe('edited');
  });

  it('sends an event again in the name of the user, and explains the effect', async () => {
    gateway.answer(`POST dead-letters/${LETTER_ID}/redrive`, [
      200,
      reviewed({ status: 'redriven' }, action()),
    ]);
    const { stdout, status } = await at('redrive', LETTER_ID);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'Sent to event-processor again: com.groundwork.stock.reserved.v1 7b9f1c52-0000-4000-8000-000000000001',
    );
    expect(stdout).toContain('npm run dlq -- list --key 250360347248231424');
    expect(sent()).toEqual([
      {
        request: `POST dead-letters/${LETTER_ID}/redrive`,
        key: 'the-key',
        body: { by: userInfo().username },
      },
    ]);
    gateway.answer(`GET dead-letters/${LETTER_ID}`, [200, reviewed({ status: 'redriven' }, action())]);
    expect((await at('redrive', LETTER_ID)).stdout).toBe(
      `Nothing was sent: dead letter ${LETTER_ID} was already sent again 2026-01-01 13:00:00.000 UTC by ada\n`,
    );
  });

  it('sends another payload, from a file or standard input, and names the new event', async () => {
    const payload = { paymentMethod: 'test_ok' };
    const eventId = '11111111-0000-4000-8000-000000000002';
    const done = reviewed(
      { status: 'redriven' },
      action({ action: 'edited-and-redriven', payload, eventId }),
    );
    gateway
      .answer(`POST dead-letters/${LETTER_ID}/redrive`, [200, done])
      .answer(`POST dead-letters/${LETTER_ID}/redrive?dryRun=true`, [200, done]);
    const { stdout } = await at(...inFile(JSON.stringify(payload)), '--by', 'grace');
    expect(stdout).toContain(`Sent to event-processor: a new event ${eventId}, with the payload given\n`);
    expect(stdout).toContain('caused by: com.groundwork.stock.reserved.v1 7b9f1c52');
    const piped = start(
      ['redrive', LETTER_ID, '--payload', '-', '--by', 'grace', '--base-url', url, '--json'],
      {
        input: JSON.stringify(payload),
      },
    );
    expect(JSON.parse((await piped.ended).stdout)).toEqual(done);
    expect(await at(...inFile('{}'), '--by', 'grace', '--dry-run')).toMatchObject({
      stdout: expect.stringContaining('Would send a new event to event-processor, caused by'),
    });
    expect(sent().map(({ request, body }) => [request.split('/').at(-1), body])).toEqual([
      ['redrive', { by: 'grace', payload }],
      ['redrive', { by: 'grace', payload }],
      ['redrive?dryRun=true', { by: 'grace', payload: {} }],
    ]);
  });

  it('discards a dead letter with a reason, and reports an earlier discard', async () => {
    const given = action({ action: 'discarded', reason: 'a test order', eventId: null });
    gateway.answer(`POST dead-letters/${LETTER_ID}/discard`, [200, reviewed({ status: 'discarded' }, given)]);
    const discard = ['discard', LETTER_ID, '--reason', ' a test order ', '--by', 'ada'];
    expect((await at(...discard)).stdout).toContain(
      `Dead letter ${LETTER_ID}: discarded 2026-01-01 13:00:00.000 UTC by ada: a test order\n`,
    );
    expect(sent()[0]?.body).toEqual({ reason: 'a test order', by: 'ada' });
    gateway.answer(`GET dead-letters/${LETTER_ID}`, [200, reviewed({ status: 'discarded' }, given)]);
    expect((await at(...discard)).stdout).toContain('Nothing has changed: dead letter');
    expect(JSON.parse((await at(...discard, '--json')).stdout)).toMatchObject({ actions: [given] });
  });

  it('counts dead letters by status, type, error and hour, and lists incidents and failed alerts', async () => {
    const { stdout } = await at('stats');
    for (const text of [
      '12 open, 3 redriven, 1 discarded',
      '11  com.groundwork.stock.reserved.v1',
      '1   (no type)',
      '12  payment-not-understood',
      `2026-01-01 12:00  16  ${'█'.repeat(40)}`,
      'since 2026-01-01 12:00:02',
      '2026-01-01 12:00:09  The webhook answered 400',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(JSON.parse((await at('stats', '--json')).stdout)).toEqual(stats);
  });

  it('sends many again at a rate, and shows the progress until the end', async () => {
    const filter = { eventType: 'a' };
    const asked = job({ filter, ratePerSecond: 20 });
    gateway
      .answer('POST dead-letter-redrives', [201, asked])
      .answer(
        `GET dead-letter-redrives/${JOB_ID}`,
        [200, { ...asked, redriven: 60 }],
        [429, { code: 'rate-limited', detail: 'Too many requests.' }],
        [200, { ...asked, ...OVER, redriven: 118, skipped: 2 }],
      );
    const { status, stdout, stderr } = await at('redrive', '--type', 'a', '--rate', '20', '--by', 'ada');
    expect(status).toBe(0);
    expect(stderr).toContain(`Redrive ${JOB_ID}: 120 letters, 20 a second\n`);
    expect(stderr).toMatch(/sending .* 50 % {2}60 of 120 letters/);
    expect(stderr).toMatch(/100 % {2}120 of 120 letters {2}in \d+ s\n$/);
    expect(stdout).toContain(
      `Redrive ${JOB_ID} is finished: 118 of 120 letters sent again.\n2 letters cannot be`,
    );
    expect(sent()).toMatchObject([{ body: { filter, ratePerSecond: 20, by: 'ada' } }]);
  });

  it('a dry run shows how many it would send, and requests no redrive', async () => {
    const preview = job({ ...OVER, id: null });
    gateway.answer('POST dead-letter-redrives?dryRun=true', [200, preview]);
    expect(await at('redrive', '--all', '--dry-run')).toMatchObject({
      status: 0,
      stdout:
        'Would send 120 letters again, 50 a second: about 2 s. Those that cannot be sent as they are stay open.\n',
    });
    expect(requests()).toEqual(['POST dead-letter-redrives?dryRun=true']);
    expect(JSON.parse((await at('redrive', '--all', '--dry-run', '--json')).stdout)).toEqual({
      dryRun: true,
      ...preview,
    });
  });

  it.each([[[]], [['--json']]])(
    'Ctrl-C stops only the watching, and the output shows how to follow the redrive %j',
    async (json) => {
      gateway
        .answer('POST dead-letter-redrives', [201, job()])
        .answer(`GET dead-letter-redrives/${JOB_ID}`, [200, job({ redriven: 30 })]);
      const tool = start(['redrive', '--all', ...json, '--base-url', url]);
      await gateway.until(`GET dead-letter-redrives/${JOB_ID}`, 2);
      tool.process.kill('SIGINT');
      const { status, stdout, stderr } = await tool.ended;
      expect(status).toBe(130);
      if (json.length > 0) expect(JSON.parse(stdout)).toEqual(job({ redriven: 30 }));
      else {
        expect(stderr).toContain(`follow it: npm run dlq -- redrive --job ${JOB_ID}\n`);
        expect(stderr).toContain(`cancel it: npm run dlq -- redrive --cancel ${JOB_ID}\n`);
      }
      expect(sent()).toHaveLength(1);
    },
  );

  it('lists, follows and cancels redrives; a cancelled or wholly unsuccessful redrive counts as failed', async () => {
    const cancelled = job({ status: 'cancelled', redriven: 30, finishedAt: OVER.finishedAt });
    gateway
      .answer('GET dead-letter-redrives', [200, { items: [job({ filter: { key: 'a b' } })] }])
      .answer(`POST dead-letter-redrives/${JOB_ID}/cancel`, [200, cancelled])
      .answer(`GET dead-letter-redrives/${JOB_ID}`, [200, job()], [200, cancelled]);
    expect((await at('redrive', '--jobs')).stdout).toContain(
      `${JOB_ID}  running  0 of 120  0        50/s  2026-01-01 13:00:00  ada  --key a b`,
    );
    const followed = await at('redrive', '--job', JOB_ID);
    expect(followed.stderr).toMatch(/ 25 % {2}30 of 120 letters\n$/);
    expect(followed).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`Redrive ${JOB_ID} is cancelled: 30 of 120 letters sent again.`),
    });
    expect(await at('redrive', '--cancel', JOB_ID, '--json')).toMatchObject({
      status: 0,
      stdout: `${JSON.stringify(cancelled, null, 2)}\n`,
    });
    const inVain = job({ ...OVER, skipped: 120 });
    gateway.answer('POST dead-letter-redrives', [201, inVain]);
    expect(await at('redrive', '--all')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('120 letters cannot be sent as they are and stay open'),
    });
    gateway.answer('POST dead-letter-redrives', [201, job()]);
    expect((await at('redrive', '--all', '--detach')).stdout).toContain(
      'Follow it: npm run dlq -- redrive --job',
    );
  });

  it('shows the content of a hostile event with all control characters escaped', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u009b1A\r\n  forged  row\u202e';
    const hostile = letter({
      key: evil,
      eventId: evil,
      eventType: evil,
      consumer: evil,
      topic: evil,
      error: { code: evil, message: evil },
      errors: [{ at: '2026-01-01T12:00:01.000Z', code: evil, message: evil, attempt: 1 }],
      headers: { [evil]: evil, 'dead-letter-payload-bytes': evil },
      payload: evil,
    });
    const done = {
      letter: hostile,
      actions: [action({ by: evil, reason: evil, payload: { [evil]: evil } })],
    };
    gateway
      .answer('GET dead-letters', [200, { items: [hostile], nextCursor: null }])
      .answer(`GET dead-letters/${LETTER_ID}`, [200, done])
      .answer(`POST dead-letters/${LETTER_ID}/redrive`, [200, done])
      .answer('POST dead-letter-redrives', [422, { code: evil, detail: evil }])
      .answer('GET dead-letter-redrives', [200, { items: [job({ by: evil, filter: { key: evil } })] }]);
    for (const args of [
      ['list'],
      ['show', LETTER_ID],
      ['redrive', LETTER_ID],
      ['redrive', '--jobs'],
      ['redrive', '--all'],
    ]) {
      const words = await at(...args);
      const json = await at(...args, '--json');
      expect(words.stdout + words.stderr).toContain('owned\\u0007');
      for (const { stdout, stderr } of [words, json])
        expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
      expect(words.stdout).not.toMatch(/^ {2}forged/m);
      expect(JSON.parse(json.stdout === '' ? json.stderr : json.stdout)).toBeTruthy();
    }
    expect(JSON.parse((await at('show', LETTER_ID, '--json')).stdout)).toEqual(done);
  });
});
