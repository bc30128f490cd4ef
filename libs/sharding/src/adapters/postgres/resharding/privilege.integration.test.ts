import { eventually } from '@groundwork/testing';
import { expect, it } from '@jest/globals';
import { openSmallShop } from '../../../../test/small-shop.ts';
import { startMover } from '../../../../test/start-mover.ts';
import { idIn, WantedMoves } from '../../../../test/wanted-moves.ts';

it('a mover reports a privilege that it lacks on a shard, and resumes after it is granted', async () => {
  const shop = await openSmallShop();
  const moves = new WantedMoves(shop);
  const role = `mover_${Date.now()}`;
  const url = new URL(shop.shardUrls.get('shard-3')!);
  Object.assign(url, { username: role, password: 'secret' });
  await shop.on(
    'shard-3',
    `create role ${role} login password 'secret'; grant all on all tables in schema public to ${role}`,
  );
  await shop.on('shard-1', `insert into customers values ($1, 'Ada')`, [idIn(7)]);
  const mover = startMover(shop, { shardUrls: new Map([['shard-3', url.href]]) });
  try {
    const id = await moves.request([7]);
    const grant = `GRANT SET ON PARAMETER session_replication_role TO "${role}"`;
    await eventually(async () => (await moves.chunk(id)).fault?.includes(grant));
    await shop.on('shard-3', grant);
    await moves.follows(id);
    expect(await shop.on('shard-3', 'select name from customers')).toEqual([{ name: 'Ada' }]);
    // Other tests use the same server. One of their transactions may be older than the capture.
    const others = mover.warnings.filter(
      (text) => !text.includes('a chunk waits: a transaction on the server'),
    );
    expect(others.filter((text) => !text.includes(grant))).toEqual([]);
  } finally {
    await mover.stop();
    await shop.on('shard-3', `drop owned by ${role}; drop role ${role}`);
    await shop.close();
  }
});
