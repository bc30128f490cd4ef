import { ByteBudget } from '@groundwork/resilience';
import { randomOf, VirtualClock } from '@groundwork/testing';
import { EventEmitter } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type ClusterOptions } from '../src/clusters/cluster-options.ts';
import { type ProxyProblem } from '../src/proxy-problem.ts';
import { Forwarding, type ForwardingSettings } from '../src/router/forwarding.ts';
import { DEFAULT_RETRIES } from '../src/router/retry-policy.ts';
import { address, openCluster } from './open-cluster.ts';
import { type Behaviour, respond, ScriptedTransport } from './scripted-transport.ts';

export interface Outcome {
  readonly status?: number;
  readonly problem?: ProxyProblem;
  readonly tookMs: number;
  /** The response was cut off. */
  readonly isTruncated: boolean;
}

/** A response that keeps only its status. */
class FakeResponse extends EventEmitter {
  status: number | undefined;
  headersSent = false;
  writableEnded = false;
  writableFinished = false;

  writeHead(status: number): void {
    this.status = status;
    this.headersSent = true;
  }

  write(): boolean {
    return true;
  }

  flushHeaders(): void {}

  end(): void {
    this.writableEnded = true;
    this.writableFinished = true;
    this.emit('close');
  }

  destroy(): void {
    this.emit('close');
  }
}

const SETTINGS: ForwardingSettings = {
  timeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  maxBodyBytes: 1_000,
  maxHeldBytes: 1_000,
  heldWithinMs: 1_000,
  retries: DEFAULT_RETRIES,
};

/** A cluster without a network, and requests to it. `behaviours` may be changed at any time. */
export async function scriptedCluster(
  behaviours: Record<string, () => Behaviour>,
  options: Partial<ClusterOptions> = {},
) {
  const clock = new VirtualClock();
  const random = randomOf(1);
  const transports = new Map<string, ScriptedTransport>();
  const nameOf = (origin: string) => new URL(origin).hostname;
  const opened = await openCluster(
    Object.keys(behaviours),
    {
      openTransport: (origin) => {
        const behave = () => (behaviours[nameOf(origin)] ?? respond)();
        const transport = new ScriptedTransport(clock, behave);
        transports.set(nameOf(origin), transport);
        return transport;
      },
      ...options,
    },
    clock,
  );
  const { cluster } = opened;
  const heldBodies = new ByteBudget({ totalBytes: 1_000_000 });

  const send = (
    { method = 'GET', headers = {} as Record<string, string> } = {},
    settings: Partial<ForwardingSettings> = {},
  ) => {
    const request = Object.assign(new EventEmitter(), {
      method,
      headers,
      httpVersion: '1.1',
      complete: true,
    });
    const response = new FakeResponse();
    const startedAt = clock.monotonicMs();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const end = (problem?: ProxyProblem) =>
      resolve({
        ...(response.status !== undefined && { status: response.status }),
        ...(problem && { problem }),
        tookMs: clock.monotonicMs() - startedAt,
        isTruncated: problem === undefined && !response.writableFinished,
      });
    response.once('close', () => end());
    new Forwarding({
      request: request as unknown as IncomingMessage,
      response: response as unknown as ServerResponse,
      target: '/',
      cluster,
      settings: { ...SETTINGS, ...settings },
      heldBodies,
      client: 'client',
      fields: [],
      ownFields: {},
      random,
      answerProblem: (problem) => {
        response.writableFinished = true;
        end(problem);
      },
    }).start();
    return { outcome: promise, leave: () => response.destroy() };
  };
  /** Moves the time forward until the outcome is known. */
  const outcomeOf = async ({ outcome }: ReturnType<typeof send>): Promise<Outcome> => {
    let known: Outcome | undefined;
    void outcome.then((value) => (known = value));
    for (let ms = 0; known === undefined && ms < 60_000; ms += 1) await clock.run(1);
    return outcome;
  };
  const started = () => Object.fromEntries([...transports].map(([name, each]) => [name, each.started]));
  const cancelled = () => [...transports.values()].reduce((sum, each) => sum + each.cancelled, 0);
  return { ...opened, transports, send, outcomeOf, started, cancelled, address };
}
