import { STEPS } from './consuming/step-names.ts';
import { ATTACKS } from './gateway/attack-names.ts';
import { DRILLS } from './resharding/drill-names.ts';

export const HELP = `npm run chaos -- events [--events N] [--fault no-inbox] [--json] [--keep]

Starts a platform of its own and sends orders through it, while processes, broker and databases are killed, consumers come and
go, others stand still for longer than their session, and 2 % of all events are published twice. Ends with status 1 unless every
accepted order was stored, published and processed exactly once: stock, payments, charges, sales, states and inboxes agree.

  --events N    about how many events are published, three an order (default 20000); 100000 go with 20 kills, 10 rebalances,
                5 restarts of the broker, 5 of a database and 5 processes that stand still, fewer with a share, one of each at least
  --fault no-inbox   consumers forget what they have handled: the run has to find what happened twice, and fail
  --json, --keep     as below

npm run chaos -- resharding [--orders N] [--rate N] [--steps A,B] [--fault bypass-fence] [--json] [--keep]

Starts a platform of its own, adds a third shard, and moves 25 % of all slots there while two processes place orders and read
them back. Ends with status 1 unless, in each step,

  - every accepted order is stored once, whole, and processed once, and no request has failed
  - every slot that should move has moved, and enough orders were placed meanwhile
  - the mover kept writers of a slot waiting for at most 250 ms (p99 of all switches, attempts that failed included); told, not
    judged, in the step source, whose slots wait for their killed shard
  - where nothing is broken on purpose (move, reverse): p50, p95 and p99 of an order are within 1.5 times of the calm before
    (or 25 ms), and an order that met the switch of its slot took at most 250 ms more than the p99 of the calm (p99); of a
    hundred switches of watched customers' slots, an order met one at least.
    This is told, not judged, when the machine is not quiet: a load of more than 0.5 a core at the start, which is printed

  --orders N    how many orders at least while slots move (default 10000); the slots go there and back for so long. The other
                steps place a fifth of it each
  --rate N      orders a second (default 30), besides those of watched customers: one for 2.5 orders a second, at least two.
                On a machine that these saturate, a move takes minutes: give a lower rate
  --steps A,B   of ${DRILLS.join(', ')} (default: all)
                move     25 % of the slots to the new shard
                reverse  back again, with everything written since, and the copies dropped
                restart  there and back while the new shard is killed: as copy, then as owner
                source   there and back while an old shard is killed: mid-copy, amid the switches, and with the mover as it lets go
                push     there and back with a router that misses the push
                kill     a quarter again, in slices, with kill -9 of the mover at each of its steps; the one that stands by goes on
  --fault bypass-fence   a writer that asks no fence: the run has to find what it lost, and fail
  --json        the results for programs, on standard output
  --keep        leave data and logs behind; the logs of a run that failed are left behind anyway, and their place is printed

npm run chaos -- consuming [--steps A,B] [--seconds N] [--minutes N] [--real-delays] [--json]

Each step on brokers of its own, and nothing else of the platform. Ends with status 1 unless all of it holds.

  --steps A,B     of ${STEPS.join(', ')} (default: all)
                  retries       300 events that always fail: six attempts each, never early, and a letter with the whole history
                  order         1000 keys, one event in twenty fails: no inversion, none lost, other keys keep 90 % of their throughput
                  dead-letters  their broker is away: no offset passes an event without its letter, everything else goes on
                  slow-sink     10 events a second of a producer's 20,000: bounded buffers, flat memory, no eviction
  --seconds N     dead-letters: how long their broker is away (default 60)
  --minutes N     slow-sink: how long (default 3); 10 are the whole of it
  --real-delays   retries: 1 s, 5 s, 30 s, 5 min and 1 h as services wait (66 minutes), instead of 101 s in all
  --json          as above

npm run chaos -- own-tables [--rows N] [--fault overwrite] [--json]

Starts three Postgres servers and nothing else of the platform. Makes a fork's tables of every kind on them and moves their slots there,
back and there for good, while three writers put, change and remove rows. Ends with status 1 unless no row is lost, duplicated or
changed, none of a slot that nothing was to touch has changed, and every table that cannot be moved is refused with table, column and
remedy. Takes a few minutes on 2 cores.

  --rows N           rows in each slot and table before anything moves (default 10)
  --fault overwrite  a row that arrives replaces a live row of another slot: the run has to find it, and fail
  --json             as above

npm run chaos -- gateway [--steps A,B] [--seconds N] [--fault one-address] [--json] [--keep]

Starts a platform of its own and attacks its gateways, in one way after the other, from 127.0.0.1, while other clients read products
and place orders from 127.0.0.2. Ends with status 1 unless, in each step, no gateway has ended, no request of the others has failed,
their p99 is at most 3 times of what it was in the 10 s before (50 ms are always fast enough; told, not judged, when the machine is not
quiet), and all their orders were stored and processed once.

  --steps A,B   of ${ATTACKS.join(', ')} (default: all)
                packets       1,500 pipelined requests for /openapi.json in each write
                own-pages     100 clients that ask for /openapi.json again and again
                slow-readers  up to 600 connections that ask for large answers and read nothing
                held-bodies   up to 1,500 bodies of 64 KiB whose last byte does not come
                heavy-routes  100 clients that ask for the summary of all shards again and again
                hung-replica  a replica of cache-service stands still (SIGSTOP); the first 2 s are not judged
  --seconds N   how long each of them goes on (default 15)
  --fault one-address   the others come from the attacker's address and share its limits: the run has to fail
  --json, --keep        as above
`;
