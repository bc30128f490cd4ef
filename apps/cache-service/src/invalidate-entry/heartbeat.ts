import { randomUUID } from 'node:crypto';
import { CacheHeartbeat, type CacheHeartbeatData } from '@groundwork/contracts';
import { encodeEvent, type EventProducer, KafkaEventProducer } from '@groundwork/messaging';
import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type CacheServiceConfig } from '../config.ts';
import { Hearing } from './hearing.ts';

const EVERY_MS = 500;

/** Publishes the heartbeats of this process to the topic of invalidations. */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap {
  /** New at each start, because the heartbeats of an earlier process prove nothing about this one. */
  readonly process = randomUUID();
  private readonly producer: EventProducer;
  private timer: NodeJS.Timeout | undefined;
  private publishing = false;

  constructor(
    @Inject(CONFIG) config: CacheServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Hearing) private readonly hearing: Hearing,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    this.producer = new KafkaEventProducer({
      brokers: config.KAFKA_BROKERS,
      clientId: `cache-service.heartbeat.${config.INSTANCE_ID}`,
      logger,
      publishLimitMs: 2_000,
    });
    shutdown.on('drain-consumers', 'heartbeat', () => this.stop());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.beat(), EVERY_MS);
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.producer.close();
  }

  private async beat(): Promise<void> {
    this.hearing.check();
    if (this.publishing) return;
    this.publishing = true;
    try {
      await this.producer.publish([{ topic: CacheHeartbeat.topic, ...this.message() }]);
    } catch (error) {
      this.logger.debug({ err: error }, 'a heartbeat could not be published; the next one follows');
    } finally {
      this.publishing = false;
    }
  }

  private message(): ReturnType<typeof encodeEvent> {
    const data: CacheHeartbeatData = { process: this.process, sentAtMs: performance.now() };
    return encodeEvent({
      id: randomUUID(),
      type: CacheHeartbeat.type,
      source: '/cache-service',
      time: new Date(),
      key: this.process,
      json: JSON.stringify(data),
    });
  }
}
