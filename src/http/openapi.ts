import type { FastifySchema } from 'fastify';
import type { AnyCommand } from '../core/decision.js';
import { codeEntry, type Code } from '../errors.js';
import { componentsFor, examplesOf, titleOf } from './openapi-schemas.js';
import type { Needs } from './plugins/identity.js';
import type { RouteNote } from './route-notes.js';
import { BEAM_SHAPES } from './beam-shapes.js';
import { JOB_SHAPES } from './job-shapes.js';
import { HTTP_SHAPES, shape } from './shapes.js';

/** Version of the HTTP contract; later versions only add to it. */
const CONTRACT_VERSION = '1.0.0';

/** Problems that any route may answer with. */
const ANYWHERE: readonly Code[] = ['INVALID_REQUEST', 'FOREIGN_HOST', 'INTERNAL'];

/** Problems of who asks: no credentials, wrong ones, too many wrong ones or requests; and a role that the caller has not. */
const problemsOf = (needs: Needs): readonly Code[] => {
  if (needs === 'nothing') return [];
  return ['UNAUTHENTICATED', ...(needs === 'caller' ? [] : (['DENIED'] as const)), 'TOO_MANY_REQUESTS'];
};

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  description: 'A JSON Web Token or an API token. Where no key is configured, nobody is asked.',
};

type Json = Record<string, unknown>;

/** What openApiDocument makes. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Json;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Json;
  };
}

/** The contract in OpenAPI 3.1: routes as they are registered, commands as they are listed, shapes of schemas/. */
export function openApiDocument(
  commands: readonly AnyCommand[],
  routes: readonly RouteNote[],
): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { method, url, schema, needs } of routes) {
    if (method === 'HEAD') continue;
    const path = url.replace(/:(\w+)/g, '{$1}').replace('*', '{id}');
    const operation = { ...operationOf({ schema, needs }, path), ...bodyOf(method, path, commands) };
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  const extra = {
    ...HTTP_SHAPES,
    ...JOB_SHAPES,
    ...BEAM_SHAPES,
    ...commandShapes(commands),
    StageConfigsParams: stageConfigsParams(),
    AuditEntry: auditEntry(),
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stageline',
      version: CONTRACT_VERSION,
      description: 'Self-service CI/CD control plane for Apache Pulsar Functions.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: componentsFor(paths, extra), securitySchemes: { bearer: BEARER } },
  };
}

function operationOf({ schema, needs }: Pick<RouteNote, 'schema' | 'needs'>, path: string): Json {
  const { operationId, summary, description } = schema;
  const parameters = [
    ...parametersOf(schema.params, 'path').map((parameter) => ({
      ...parameter,
      name: parameter.name === '*' ? 'id' : parameter.name,
    })),
    ...parametersOf(schema.querystring, 'query'),
    ...parametersOf(schema.headers, 'header'),
    ...(path === '/v1/events' ? [LAST_EVENT_ID] : []),
  ];
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schema.body } } } }),
    ...(needs === 'nothing' ? {} : { security: [{ bearer: [] }] }),
    responses: responsesOf(schema, needs),
  };
}

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last message received; it wins over from.',
  schema: { type: 'string' },
};

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly [field: string]: unknown;
}

function parametersOf(schema: unknown, place: Parameter['in']): Parameter[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path',
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function responsesOf(schema: FastifySchema, needs: Needs): Json {
  const responses: Record<
    string,
    { description: string; content?: Record<string, unknown>; headers?: Json }
  > = {};
  for (const [status, answer] of Object.entries((schema.response ?? {}) as Record<string, Json>)) {
    const { content, description, headers } = answer as {
      content?: Record<string, unknown>;
      description?: string;
      headers?: Json;
    };
    const plain = content ?? (status === '304' ? undefined : { 'application/json': { schema: answer } });
    responses[status] = {
      description: description ?? (Number(status) < 300 ? 'As asked.' : 'How the command ended.'),
      ...(headers === undefined ? {} : { headers }),
      ...(plain === undefined ? {} : { content: plain }),
    };
  }
  const told = new Set([...ANYWHERE, ...problemsOf(needs), ...(schema.problems ?? [])]);
  for (const code of schema.ownFaults === true ? [] : told) {
    const { status, title } = codeEntry(code);
    const there = responses[String(status)];
    const known = there?.content?.['application/problem+json'] === undefined ? '' : `${there.description} `;
    responses[String(status)] = {
      description: `${known}${code}: ${title}.`,
      content: { ...there?.content, 'application/problem+json': { schema: shape('Problem') } },
    };
  }
  return responses;
}

/** Paths whose body is a command. */
const TAKE_COMMANDS = ['/v1/commands', '/v1/tickets'];

const pascal = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());

const shapeName = (command: AnyCommand): string => `${pascal(command.name)}Command`;

function bodyOf(method: string, path: string, commands: readonly AnyCommand[]): Json {
  if (method !== 'POST' || !TAKE_COMMANDS.includes(path)) return {};
  const mapping = commands.map((command) => [command.name, shape(shapeName(command)).$ref]);
  const examples = commands.flatMap((command) =>
    examplesOf(command.schema).map((params, index) => [
      `${command.name}-${index + 1}`,
      { value: { command: command.name, params } },
    ]),
  );
  return {
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            oneOf: commands.map((command) => shape(shapeName(command))),
            discriminator: { propertyName: 'command', mapping: Object.fromEntries(mapping) as Json },
          },
          examples: Object.fromEntries(examples) as Json,
        },
      },
    },
  };
}

/** One shape a command: the envelope with this command's name and parameters. */
function commandShapes(commands: readonly AnyCommand[]): Record<string, object> {
  const envelope = componentsFor(shape('Command'), {})['Command'] as Json & { properties: Json };
  const { examples: _examples, ...rest } = envelope;
  return Object.fromEntries(
    commands.map((command) => [
      shapeName(command),
      {
        ...rest,
        description: `${command.summary} Role: ${command.role}. Refusals: ${command.refusals.join(', ') || 'none'}.`,
        properties: {
          ...envelope.properties,
          command: { const: command.name, description: "The command's name." },
          params: shape(titleOf(command.schema)),
        },
      },
    ]),
  );
}

/** The schema of the command leaves configs open, since each is checked by its own; here they are spelt out. */
function stageConfigsParams(): object {
  const params = componentsFor(shape('StageConfigsParams'), {})['StageConfigsParams'] as {
    properties: { configs: Json };
  };
  const configs = ['function', 'source', 'sink'].map(
    (type) => [type, shape(titleOf(`${type}-config.json`))] as const,
  );
  const items = {
    oneOf: configs.map(([, ref]) => ref),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(configs.map(([type, { $ref }]) => [type, $ref])),
    },
  };
  return {
    ...params,
    properties: { ...params.properties, configs: { ...params.properties.configs, items } },
  };
}

/** The audit document as an entry of the log: with its position, without its kind. */
function auditEntry(): object {
  const document = componentsFor(shape('AuditDocument'), {})['AuditDocument'] as {
    properties: Json;
    required: readonly string[];
  };
  const { kind: _kind, ...facts } = document.properties;
  const position = { type: 'integer', minimum: 1, description: "The record's position." };
  return {
    ...document,
    description: 'A record of the journal: who asked for what and how it ended.',
    properties: { position, ...facts },
    required: ['position', ...document.required.filter((field) => field !== 'kind')],
  };
}
