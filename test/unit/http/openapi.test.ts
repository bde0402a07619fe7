import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { listCommands } from '../../../src/commands/registry.js';
import { codeEntry } from '../../../src/errors.js';
import { openApiDocument, type OpenApiDocument } from '../../../src/http/openapi.js';
import { noteRoutes, type RouteNote } from '../../../src/http/route-notes.js';
import { bodyOf, createTestApp, HOST } from '../../support/http-app.js';

type Node = Record<string, unknown>;

const served = async (): Promise<OpenApiDocument> => {
  const answer = await createTestApp().app.inject({ url: '/v1/openapi.json', headers: HOST });
  expect(answer.statusCode).toBe(200);
  return bodyOf(answer) as unknown as OpenApiDocument;
};

/** Every object in a JSON value, with its path. */
function* objectsIn(node: unknown, path = '#'): Generator<[string, Node]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [path, node as Node];
  for (const [key, value] of Object.entries(node)) yield* objectsIn(value, `${path}/${key}`);
}

/** A validator of one component. */
function validatorFor(document: OpenApiDocument, name: string): (value: unknown) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const check = ajv.compile({ ...document, $ref: `#/components/schemas/${name}` });
  return (value) =>
    check(value) ? [] : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

describe('the OpenAPI document', () => {
  it('describes every registered route and no other', async () => {
    const { app } = createTestApp();
    const notes: readonly RouteNote[] = noteRoutes(app);
    await app.ready();
    const registered = notes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}').replace('*', '{id}')}`);
    const { paths } = await served();
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(registered.sort());
    expect(registered).toContain('POST /v1/commands');
  });

  it('has references that all lead somewhere', async () => {
    const document = await served();
    const refs = [...objectsIn(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of new Set(refs)) {
      const name = ref.replace('#/components/schemas/', '');
      expect(document.components.schemas).toHaveProperty([name]);
    }
  });

  it('uses no word of draft-07 that 2020-12 does not have', async () => {
    for (const [path, node] of objectsIn((await served()).components)) {
      if (path.endsWith('/properties')) continue;
      expect([
        path,
        Object.keys(node).filter((key) => ['definitions', '$id', 'additionalItems'].includes(key)),
      ]).toEqual([path, []]);
      expect([path, Array.isArray(node['items'])]).toEqual([path, false]);
    }
  });

  it('has operations that are complete: unique ids, path parameters, problems by their status', async () => {
    const { paths } = await served();
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = (operation['parameters'] ?? []) as { name: string; in: string; required: boolean }[];
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
        inPath,
      );
      expect(operation['summary']).toEqual(expect.any(String));
      const responses = operation['responses'] as Record<string, { description: string; content?: Node }>;
      // Clients of Pulsar Beam know 422 for what is not right.
      const wrong = path.includes('/firehose') || path.startsWith('/v2/') ? '422' : '400';
      const done = '201' in responses ? '201' : '200';
      expect(Object.keys(responses)).toEqual(expect.arrayContaining([done, wrong, '403', '500']));
      for (const [status, { description, content }] of Object.entries(responses)) {
        for (const [, code = ''] of description.matchAll(/([A-Z_]{5,}):/g)) {
          expect(codeEntry(code).status).toBe(Number(status));
          expect(content).toHaveProperty(['application/problem+json']);
        }
      }
    }
  });

  it('says of each operation whether it needs a token, and how a missing one is answered', async () => {
    const { paths, components } = await served();
    expect(components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
    const needs = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security, responses }]) => ({
        operation: `${method} ${path}`,
        security,
        told: Object.keys(responses as object).filter((status) => status === '401'),
      })),
    );
    const open = needs.filter(({ security }) => security === undefined).map(({ operation }) => operation);
    expect(open.filter((operation) => !/ \/v\d\/(firehose|sse|poll|topic)/.test(operation)).sort()).toEqual([
      'get /',
      'get /healthz',
      'get /readyz',
      'get /v1/openapi.json',
    ]);
    const silent = needs.filter(({ security, told }) => security !== undefined && told.length === 0);
    expect(silent.map(({ operation }) => operation)).toEqual([]);
  });

  it('takes each command by its name, with examples that are valid', async () => {
    const document = await served();
    const body = document.paths['/v1/commands']?.['post']?.['requestBody'] as {
      content: {
        'application/json': {
          schema: { oneOf: { $ref: string }[]; discriminator: { mapping: Record<string, string> } };
          examples: Record<string, { value: { command: string } }>;
        };
      };
    };
    const { schema, examples } = body.content['application/json'];
    const names = listCommands(['test', 'prod']).map(({ name }) => name);
    expect(Object.keys(schema.discriminator.mapping)).toEqual(names);
    expect(names).toContain('commit-staged-to-prod');
    expect(schema.oneOf.map(({ $ref }) => $ref)).toEqual(Object.values(schema.discriminator.mapping));
    const values = Object.values(examples).map(({ value }) => value);
    expect(new Set(values.map(({ command }) => command))).toEqual(new Set(names));
    for (const value of values) {
      const ref = schema.discriminator.mapping[value.command] ?? '';
      expect(validatorFor(document, ref.replace('#/components/schemas/', ''))(value)).toEqual([]);
    }
  });

  it('describes configs by the schema of their type', async () => {
    const document = await served();
    const check = validatorFor(document, 'StageConfigsParams');
    expect(
      check({ configs: [{ type: 'function', tenant: 'a', namespace: 'b', name: 'c', jar: 'x' }] }),
    ).not.toEqual([]);
  });

  it.each([
    ['/v1/status', 'ServiceStatus'],
    ['/readyz', 'Readiness'],
    ['/healthz', 'Health'],
    ['/v1/documents', 'DocumentPage'],
    ['/v1/documents/project:p', 'PositionedDocument'],
    ['/v1/dead-letters', 'DeadLetterPage'],
    ['/v1/dead-letters/CAEQ0%2F%2B%3D', 'DeadLetterView'],
    ['/v1/dead-letters/CAEQ1%2F%2B%3D?raw=true', 'DeadLetterView'],
    ['/nowhere', 'Problem'],
  ])('describes what %s answers', async (url, shape) => {
    const { app, reads, deadLetters } = createTestApp();
    reads.put('project:p', { kind: 'project', project: 'p', releases: {} });
    deadLetters.put({
      key: 'k',
      properties: { 'resent-from': 'x' },
      payload: Buffer.from('{}').toString('base64'),
    });
    deadLetters.put({ truncated: true });
    const answer = await app.inject({ url, headers: HOST });
    expect(validatorFor(await served(), shape)(bodyOf(answer))).toEqual([]);
  });

  it('follows the environments in force', () => {
    const { components } = openApiDocument(listCommands(['staging']), [
      { method: 'POST', url: '/v1/commands', schema: {}, needs: 'nothing' },
    ]);
    expect(components.schemas).toHaveProperty('CommitStagedToStagingCommand');
    expect(components.schemas).not.toHaveProperty('CommitStagedToTestCommand');
  });
});
