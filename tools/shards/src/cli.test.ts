import { type ShardList } from '@groundwork/contracts';
import { StandIn, startTool } from '@groundwork/operator-cli/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { chunk, move } from '../test/moves.ts';

const COMMANDS = ['status', 'plan', 'add', 'move', 'verify', 'switch', 'reverse', 'drop', 'rebalance'];
const shards: ShardList = {
  epoch: 4,
  shards: [],
  mover: null,
  hotSlots: [{ slot: 9, shard: 'shard-1', operationsPerSecond: 512.4 }],
};
const plan = { epoch: 4, moves: [{ from: 'shard-1', to: 'shard-3', slots: '0-31', slotCount: 32 }] };

describe('npm run shards', () => {
  let gateway: StandIn;
  let url: string;

  beforeEach(async () => {
    gateway = new StandIn().answer('GET shards', [200, shards]);
    url = await gateway.listen();
  });

  afterEach(() => gateway.close());

  const run = (...args: string[]) => startTool(join(import.meta.dirname, 'cli.ts'), args).ended;
  const at = (...args: string[]) => run(...args, '--base-url', url);
  const requests = () => gateway.asked.map(({ request }) => request);

  it('prints help for itself and every command', async () => {
    expect(await run('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Exit status: 0 done'),
    });
    for (const command of COMMANDS) {
      const { status, stdout } = await run(command, '--help');
      expect([command, status]).toEqual([command, 0]);
      expect(stdout).toContain('--json');
      expect(stdout).not.toContain('undefined');
    }
  });

  it.each([
    [['swap'], 2, 'npm run shards -- COMMAND'],
    [['status', '--fast'], 2, "Unknown option '--fast'"],
    [['add'], 2, 'npm run shards -- add NAME'],
    [['move', '--to', 'shard-3'], 2, 'expected --to and --slots'],
    [
      ['move', '--to', 'a', '--slots', '1', '--chunk-slots', '0'],
      2,
      '--chunk-slots 0: expected a whole number',
    ],
    [['switch', 'seven'], 2, 'seven: expected the number of a move'],
    [['status', '--base-url', 'here'], 2, '--base-url here: expected a URL'],
  ])('%j is wrong usage, and the message names what is wrong', async (args, status, message) => {
    const named = args.includes('--base-url') ? args : [...args, '--base-url', 'http://127.0.0.1:9'];
    expect(await run(...named)).toMatchObject({ status, stderr: expect.stringContaining(message) });
  });

  it('says how to name the platform when none runs', async () => {
    const message = expect.stringContaining(
      'npm start or npm run up starts it; with docker compose, add --base-url',
    );
    expect(await run('status')).toMatchObject({ status: 5, stderr: message });
  });

  it('reports what the platform refuses, in words and as JSON', async () => {
    const problem = { code: 'already-moving', detail: 'Slot 5 is on move 3 already.' };
    gateway.answer('POST shard-moves', [409, problem]);
    expect(await at('move', '--to', 'shard-3', '--slots', '5')).toEqual({
      status: 3,
      stdout: '',
      stderr: 'Slot 5 is on move 3 already.\n',
    });
    const { stderr } = await at('move', '--to', 'shard-3', '--slots', '5', '--json');
    expect(JSON.parse(stderr)).toEqual({ code: 'already-moving', message: problem.detail });
    expect(gateway.asked[0]).toMatchObject({
      key: 'the-key',
      body: { moves: [{ to: 'shard-3', slots: '5' }] },
    });
  });

  it('shows shards, moves and hot slots, also as JSON', async () => {
    gateway.answer('GET shard-moves?finished=false', [200, { items: [move()] }]);
    const { stdout, status } = await at('status');
    expect(status).toBe(0);
    expect(stdout).toContain('epoch 4; no mover is running');
    expect(stdout).toContain('hot: slot 9 on shard-1, 512/s');
    expect(stdout).toContain('move 7: shard-1 → shard-3; 0 of 32 slots switched');
    expect(JSON.parse((await at('status', '--json')).stdout)).toEqual({ ...shards, moves: [move()] });
  });

  it('waits for the requested stage, and names the fault that blocks it', async () => {
    const fault = 'slot 9, table orders: 3 rows on shard-1, 2 on shard-3';
    gateway
      .answer('GET shard-moves?finished=false', [200, { items: [move()] }])
      .answer('POST shard-moves/7/verify', [200, move()])
      .answer('GET shard-moves/7', [200, move()], [200, move({ chunks: [chunk({ verified: true })] })]);
    expect(await at('verify')).toMatchObject({ status: 0, stderr: expect.stringContaining('100 %') });
    gateway.answer(
      'GET shard-moves/7',
      [200, move()],
      [200, move({ chunks: [chunk({ verified: false, fault })] })],
    );
    const { status, stderr } = await at('verify');
    expect([status, stderr]).toEqual([4, expect.stringContaining(`move 7: ${fault}`)]);
  });

  it('asks which move is meant when several are open', async () => {
    gateway.answer('GET shard-moves?finished=false', [200, { items: [move({ id: '8' }), move()] }]);
    expect(await at('drop')).toMatchObject({
      status: 2,
      stderr: 'moves 8, 7 are open: name one of them\n',
    });
    gateway.answer('GET shard-moves?finished=false', [200, { items: [] }]);
    expect(await at('drop')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('no move is open'),
    });
  });

  it('changes nothing in a dry run', async () => {
    gateway
      .answer('GET shard-moves?finished=false', [200, { items: [move()] }])
      .answer('POST shard-plans', [200, plan])
      .answer('POST shard-moves?dryRun=true', [200, move()]);
    for (const wish of ['switch', 'reverse', 'drop'])
      gateway.answer(`POST shard-moves/7/${wish}?dryRun=true`, [200, move()]);
    const moving = ['move', '--to', 'shard-3', '--slots', '0-31'];
    for (const args of [['add', 'shard-3'], moving, ['switch'], ['reverse'], ['drop'], ['rebalance']]) {
      expect(await at(...args, '--dry-run')).toMatchObject({ status: 0 });
    }
    const changing = requests().filter((name) => !name.startsWith('GET') && !name.endsWith('?dryRun=true'));
    expect(changing).toEqual(['POST shard-plans']);
  });

  it('a dry run is refused for the same reasons as the request itself', async () => {
    const detail = '0 of 1 chunks of move 7 are copied and follow.';
    gateway
      .answer('GET shard-moves?finished=false', [200, { items: [move()] }])
      .answer('POST shard-moves/7/switch?dryRun=true', [409, { code: 'move-not-ready', detail }])
      .answer('POST shard-moves?dryRun=true', [409, { code: 'already-moving', detail: 'Slot 5 moves.' }]);
    expect(await at('switch', '--dry-run')).toEqual({ status: 3, stdout: '', stderr: `${detail}\n` });
    expect(await at('move', '--to', 'shard-3', '--slots', '5', '--dry-run')).toMatchObject({
      status: 3,
      stderr: 'Slot 5 moves.\n',
    });
  });

  it('rebalances in one command, and resumes an interrupted rebalance', async () => {
    const switched = move({
      switched: 32,
      goal: 'switch',
      chunks: [chunk({ owner: 'shard-3', verified: true })],
    });
    const finished = move({ ...switched, finishedAt: '2026-01-01T00:00:00.000Z' });
    gateway
      .answer('GET shard-moves?finished=false', [200, { items: [] }])
      .answer('POST shard-plans', [200, plan])
      .answer('POST shard-moves', [201, move()])
      .answer('POST shard-moves/7/verify', [200, move()])
      .answer('POST shard-moves/7/switch', [200, move()])
      .answer('POST shard-moves/7/drop', [200, move()])
      .answer(
        'GET shard-moves/7',
        [200, move()],
        [200, move({ chunks: [chunk({ verified: true })] })],
        [200, switched],
        [200, finished],
      );
    expect(await at('rebalance')).toMatchObject({ status: 0 });
    const writes = ['POST shard-plans', 'POST shard-moves', 'verify', 'switch', 'drop'];
    const posts = () => requests().filter((request) => request.startsWith('POST'));
    expect(posts()).toEqual(writes.map((name) => expect.stringContaining(name)));

    gateway.asked.length = 0;
    gateway
      .answer('GET shard-moves?finished=false', [200, { items: [switched] }])
      .answer('GET shard-moves/7', [200, switched], [200, switched], [200, finished]);
    expect(await at('rebalance')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('resuming move 7'),
    });
    expect(posts()).toEqual(['POST shard-moves/7/switch', 'POST shard-moves/7/drop']);
  });
});
