import { STEPS } from './consuming/step-names.ts';
import { ATTACKS } from './gateway/attack-names.ts';
import { DRILLS } from './resharding/drill-names.ts';

export const HELP = `npm run chaos -- events [--events N] [--fault no-inbox] [--json] [--keep]

Starts a separate platform and sends orders through it, while processes, broker and databases are killed, consumers join and leave, others
are stopped for longer than their session, and 2 % of all events are published twice. Ends with status 1 unless every accepted order was
stored, published and processed exactly once: stock, payments, charges, sales, states and inboxes agree.

    --events N    approximate number of published events, three for each order (default 20000); 100000 include 20 kills, 10 rebalances,
                  5 restarts of the broker, 5 of a database and 5 stopped processes; fewer events a proportional share, at least one of each
    --fault no-inbox   consumers lose their inbox: the run must detect the duplicates, and fail
  --json, --keep     as below

npm run chaos -- resharding [--orders N] [--rate N] [--steps A,B] [--fault bypass-fence] [--json] [--keep]

Starts a separate platform, adds a third shard, and moves 25 % of all slots there while two processes place orders and read them back.
Ends with status 1 unless, in each step,

    - every accepted order is stored once, complete, and processed once, and no request has failed
    - every slot that should move has moved, and enough orders were placed in the meantime
    - the mover kept writers of a slot waiting for at most 250 ms (p99 of all switches, including failed attempts); reported but not judged
      in the step source, whose slots wait for their killed shard
    - in move and reverse, which inject no faults: p50, p95 and p99 of an order are at most 1.5 times those before the move (or 25 ms), and
      an order that met the switch of its slot took at most 250 ms more than the earlier p99 (p99); of a hundred switches of watched
      customers' slots, at least one met an order.
      This is reported but not judged on a machine with a load of more than 0.5 for each core at the start, which is printed

    --orders N    minimum number of orders while slots move (default 10000); the slots move there and back until then. The other
                  steps place a fifth of it each
    --rate N      orders a second (default 30), in addition to those of watched customers: one for 2.5 orders a second, at least two.
                  On a machine that these orders saturate, a move takes minutes: use a lower rate
  --steps A,B   of ${DRILLS.join(', ')} (default: all)
                move     25 % of the slots to the new shard
                reverse  back again, with all writes since, and the copies dropped
                restart  there and back while the new shard is killed: as copy, then as owner
                source   there and back while an old shard is killed: during copy and switches, and with the mover after it released slots
                push     there and back with a router that receives no push
                kill     a quarter again, in slices, with kill -9 of the mover at each of its steps; the standby mover continues
  --fault bypass-fence   a writer that bypasses the fence: the run must detect the loss, and fail
  --json        print the results as JSON on standard output
  --keep        keep data and logs; the logs of a failed run are always kept, and their path is printed

npm run chaos -- consuming [--steps A,B] [--seconds N] [--minutes N] [--real-delays] [--json]

Each step runs on separate brokers, without the rest of the platform. Ends with status 1 unless every promise holds.

  --steps A,B     of ${STEPS.join(', ')} (default: all)
                  retries       300 events that always fail: six attempts each, never early, and a dead letter with the complete history
                  order         1000 keys, one event in twenty fails: no inversion, none lost, other keys keep 90 % of their throughput
                  dead-letters  their broker is down: no offset passes an event without its dead letter, everything else continues
                  slow-sink     10 events a second of a producer's 20,000: bounded buffers, flat memory, no eviction
  --seconds N     dead-letters: how long their broker is down (default 60)
  --minutes N     slow-sink: how long (default 3); 10 are the full run
  --real-delays   retries: 1 s, 5 s, 30 s, 5 min and 1 h as in services (66 minutes), instead of 101 s in total
  --json          as above

npm run chaos -- own-tables [--rows N] [--fault overwrite] [--json]

Starts three Postgres servers without the rest of the platform. Creates a fork's tables of every kind on them and moves their slots there,
back and there permanently, while three writers insert, change and remove rows. Ends with status 1 unless no row is lost, duplicated or
changed, no row has changed in slots that must not change, and every table that cannot be moved is rejected with table, column and remedy.
Takes a few minutes on 2 cores.

  --rows N           rows in each slot and table before anything moves (default 10)
  --fault overwrite  an arriving row replaces a live row of another slot: the run must detect it, and fail
  --json             as above

npm run chaos -- gateway [--steps A,B] [--seconds N] [--fault one-address] [--json] [--keep]

Starts a separate platform and attacks its gateways in several ways from 127.0.0.1, while other clients read products and place orders from
127.0.0.2. Ends with status 1 unless, in each step, no gateway has crashed, no request of the other clients has failed, their p99 is at most
3 times that of the 10 s before (50 ms are always fast enough; reported but not judged when the machine is not idle), and all their orders
were stored and processed once.

  --steps A,B   of ${ATTACKS.join(', ')} (default: all)
                packets       1,500 pipelined requests for /openapi.json in each write
                own-pages     100 clients that request /openapi.json continuously
                slow-readers  up to 600 connections that request large answers and do not read them
                held-bodies   up to 1,500 bodies of 64 KiB whose last byte is never sent
                heavy-routes  100 clients that request the summary of all shards continuously
                hung-replica  a replica of cache-service is stopped (SIGSTOP); the first 2 s are not judged
  --seconds N   duration of each attack (default 15)
  --fault one-address   the other clients share the attacker's address and limits: the run must fail
  --json, --keep        as above

npm run chaos -- write-behind [--rounds N] [--fault empty-log] [--json] [--keep]

Starts a separate platform. Clients count views of two products and write four baskets, while kill -9 ends both replicas of cache-service
(one of them flushes), redis-log, postgres-events and redis-cache, two of them at a time in every order, and while each of them stands still for
12 s. Clients repeat a view with its idempotency key until it is acknowledged. Ends with status 1 unless the number of stored views is exactly
the number of acknowledged ones, every basket is stored in its newest acknowledged version, versions only grow, and every read contains what
was acknowledged before it started. Takes about 5 minutes on 2 cores.

  --rounds N         how often each of the 25 faults happens (default 1)
  --fault empty-log  the log is emptied while it has acknowledged writes: the run must detect the loss, and fail
  --json, --keep     as above
`;
