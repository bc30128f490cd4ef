import { kafkaRequest } from './kafka-request.ts';

const METADATA = { apiKey: 3, version: 4 };
const LIST_OFFSETS = { apiKey: 2, version: 1 };
const LATEST = -1n;

/** Returns the next offset of each partition of a topic, by partition; empty if the topic does not exist. */
export async function latestOffsets(port: number, topic: string): Promise<bigint[]> {
  const partitions = await partitionsOf(port, topic);
  if (partitions === 0) return [];
  const answer = await kafkaRequest({ port }, LIST_OFFSETS, listOffsetsBody(topic, partitions));
  const offsets: bigint[] = [];
  // One topic (its name is repeated), then for each partition: index, error, timestamp, offset.
  let at = 4 + 2 + Buffer.byteLength(topic) + 4;
  for (let count = 0; count < partitions; count += 1, at += 22) {
    offsets[answer.readInt32BE(at)] = answer.readBigInt64BE(at + 14);
  }
  return offsets;
}

function listOffsetsBody(topic: string, partitions: number): Buffer {
  const list = Array.from({ length: partitions }, (_, partition) =>
    Buffer.concat([int32(partition), int64(LATEST)]),
  );
  const replicaId = int32(-1);
  return Buffer.concat([replicaId, int32(1), text(topic), int32(partitions), ...list]);
}

async function partitionsOf(port: number, topic: string): Promise<number> {
  const answer = await kafkaRequest(
    { port },
    METADATA,
    Buffer.concat([int32(1), text(topic), Buffer.from([0])]),
  );
  let at = 4;
  const brokers = answer.readInt32BE(at);
  at += 4;
  for (let count = 0; count < brokers; count += 1) {
    at += 4; // node id
    at += 2 + answer.readInt16BE(at); // host
    at += 4; // port
    at += 2 + Math.max(0, answer.readInt16BE(at)); // rack
  }
  at += 2 + Math.max(0, answer.readInt16BE(at)); // cluster id
  at += 4 + 4; // controller, number of topics
  const error = answer.readInt16BE(at);
  at += 2 + 2 + Buffer.byteLength(topic) + 1; // error, name, is internal
  return error === 0 ? answer.readInt32BE(at) : 0;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeInt16BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(value);
  return buffer;
}
