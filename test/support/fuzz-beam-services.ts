import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandHash } from '../../src/core/canonical.js';
import { isObject } from '../../src/core/merge-patch.js';
import { createTicketSigner } from '../../src/identity/tickets.js';
import type { BeamInput, FuzzCaller } from './fuzz-beam-inputs.js';
import { createProvider } from './people.js';
import { startTestService, type TestService } from './service.js';
import { dataDir } from './stageline-process.js';

const COMMANDS = 'persistent://ops/stageline/commands';
const OPENED = [
  { prefix: 'persistent://acme/', publish: 'developer', consume: 'viewer' },
  { prefix: 'non-persistent://acme/', publish: 'developer', consume: 'viewer' },
];
const ROLES = ['developer', 'viewer', 'operator', 'service'] as const;

/** Two services on embedded engines: one takes everybody, one asks callers who they are. */
export interface FuzzServices {
  readonly open: TestService;
  readonly asking: TestService;
  /** The request as it stands on the wire. */
  wire(input: BeamInput): Promise<Buffer>;
  /** What no answer may show. */
  readonly secrets: readonly string[];
  readonly tokens: Readonly<Partial<Record<FuzzCaller, string>>>;
  stop(): Promise<void>;
}

export async function startFuzzServices(): Promise<FuzzServices> {
  const provider = createProvider();
  const key = randomBytes(48);
  const keyFile = join(dataDir(), 'ticket.key');
  writeFileSync(keyFile, key, { mode: 0o600 });
  const common = {
    STAGELINE_BEAM_TOPICS: JSON.stringify(OPENED),
    STAGELINE_BEAM_PULSAR_URLS: 'pulsar://broker:6650',
    STAGELINE_HTTP_REQUESTS_PER_MINUTE: '0',
  };
  const open = await startTestService({ ...common });
  const asking = await startTestService({ ...common, ...provider.env, STAGELINE_TICKET_KEY_FILE: keyFile });
  await open.ready();
  await asking.ready();

  const tokens: Partial<Record<FuzzCaller, string>> = { rubbish: 'eyJhbGciOiJub25lIn0.e30.' };
  for (const role of ROLES) tokens[role] = await provider.token({ name: role, roles: [role] }, 86_400);
  tokens.expired = await provider.token({ name: 'expired', roles: ['admin'] }, -600);
  const signer = createTicketSigner({
    key,
    keyName: 'ticket',
    audience: COMMANDS,
    lifeSeconds: 300,
    now: () => Date.now(),
  });

  /** The body with a ticket in it, if it is one that can carry one. */
  const withTicket = async ({ ticket, body }: BeamInput): Promise<Buffer> => {
    if (ticket === 'none') return body;
    let command: unknown;
    try {
      command = JSON.parse(body.toString());
    } catch {
      return body;
    }
    if (!isObject(command)) return body;
    if (ticket === 'rubbish') return Buffer.from(JSON.stringify({ ...command, ticket: 'eyJ.e30.x' }));
    const bound = ticket === 'good' ? command : { ...command, params: {} };
    let hash: string;
    try {
      hash = commandHash(bound);
    } catch {
      return body;
    }
    const signed = await signer.sign(
      { name: 'developer', roles: ['developer'] },
      { id: String(command['id']), hash },
    );
    return Buffer.from(JSON.stringify({ ...command, ticket: signed }));
  };

  return {
    open,
    asking,
    secrets: Object.values(tokens),
    tokens,
    async wire(input) {
      const { method, path, headers, framing, damage, caller } = input;
      // Only there does a GET have a body.
      const isBare = method === 'GET' && !path.startsWith('/v2/topic');
      const body = isBare ? Buffer.alloc(0) : await withTicket(input);
      const token = tokens[caller];
      const lines = [
        `${method} ${path} HTTP/1.1`,
        ...(headers.some(([name]) => name === 'Host') ? [] : ['Host: localhost']),
        'Connection: close',
        ...(token === undefined ? [] : [`Authorization: ${body.length % 2 === 0 ? 'Bearer ' : ''}${token}`]),
        ...headers.map(([name, value]) => `${name}: ${value}`),
        ...framingLines(framing, body),
      ];
      const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
      const bytes = Buffer.concat([head, framing === 'chunks' ? inChunks(body) : body]);
      if (damage !== undefined) Buffer.from(damage.bytes).copy(bytes, damage.at % bytes.length);
      return bytes;
    },
    async stop() {
      await open.stop();
      await asking.stop();
    },
  };
}

function framingLines(framing: BeamInput['framing'], body: Buffer): string[] {
  switch (framing) {
    case 'length':
      return body.length === 0 ? [] : [`Content-Length: ${body.length}`];
    case 'chunks':
      return ['Transfer-Encoding: chunked'];
    case 'longer':
      return [`Content-Length: ${body.length + 10}`];
    case 'shorter':
      return [`Content-Length: ${Math.max(0, body.length - 10)}`];
    case 'none':
      return [];
  }
}

function inChunks(body: Buffer): Buffer {
  const size = Math.max(7, Math.ceil(body.length / 5));
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
