import type { Fields } from '../../../src/deployer/fields.js';
import type { WorkloadRef } from '../../../src/ports/functions.js';

/** Fields of a protobuf message by number: numbers and byte strings, as they were written. */
type Message = ReadonlyMap<number, readonly (number | Buffer)[]>;

/**
 * What a real worker keeps of a function and gives nobody back: read from the newest messages of its metadata topic
 * (ServiceRequest of Pulsar's Request.proto and Function.proto).
 */
export async function workerMetadata(adminUrl: string, ref: WorkloadRef): Promise<Fields> {
  for (let position = 1; position <= 50; position++) {
    const details = detailsOf(await examine(adminUrl, position));
    if (details === undefined) continue;
    const [tenant, namespace, name] = [1, 2, 3].map((field) => text(details, field));
    if (tenant === ref.tenant && namespace === ref.namespace && name === ref.name) return hiddenOf(details);
  }
  throw new Error(`${ref.name} is not in the newest messages of the worker's metadata topic`);
}

async function examine(adminUrl: string, position: number): Promise<Buffer> {
  const path = '/admin/v2/persistent/public/functions/metadata/examinemessage';
  const answer = await fetch(`${adminUrl}${path}?initialPosition=latest&messagePosition=${position}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

function detailsOf(payload: Buffer): Message | undefined {
  const metadata = inner(decode(payload), 3);
  return metadata === undefined ? undefined : inner(metadata, 1);
}

function hiddenOf(details: Message): Fields {
  const source = inner(details, 11);
  const sink = inner(details, 12);
  const inputs = entries(source, 10).map(
    ([topic, spec]) => [topic, { consumerProperties: stringMap(decode(spec), 6) }] as const,
  );
  return {
    skipToLatest: source?.get(14)?.[0] === 1,
    inputTypeClassName: source === undefined ? '' : text(source, 5),
    outputTypeClassName: sink === undefined ? '' : text(sink, 5),
    inputSpecs: Object.fromEntries(inputs),
    // The schema's properties, without the topic that they are for.
    customSchemaOutputs: sink === undefined ? {} : stringMap(sink, 9),
  };
}

function decode(bytes: Buffer): Message {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    const value = wire === 0 ? varint() : take(wire === 2 ? varint() : wire === 1 ? 8 : 4);
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function inner(message: Message | undefined, field: number): Message | undefined {
  const value = message?.get(field)?.[0];
  return Buffer.isBuffer(value) ? decode(value) : undefined;
}

function text(message: Message, field: number): string {
  const value = message.get(field)?.[0];
  return Buffer.isBuffer(value) ? value.toString('utf8') : '';
}

function entries(message: Message | undefined, field: number): (readonly [string, Buffer])[] {
  return (message?.get(field) ?? []).map((value) => {
    const entry = decode(value as Buffer);
    const held = entry.get(2)?.[0];
    return [text(entry, 1), Buffer.isBuffer(held) ? held : Buffer.alloc(0)];
  });
}

function stringMap(message: Message, field: number): Fields {
  return Object.fromEntries(entries(message, field).map(([key, value]) => [key, value.toString('utf8')]));
}
