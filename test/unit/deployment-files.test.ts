import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { schemas } from '../../src/generated/schemas.js';

const root = join(__dirname, '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** No Docker engine is needed to see that these files hold together. */
describe('docker-compose.yml', () => {
  const { services, volumes } = parse(read('docker-compose.yml')) as Compose;

  it('publishes ports on loopback only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).not.toEqual([]);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('has an image or a build for each service, and only volumes it declares', () => {
    for (const [name, service] of Object.entries(services)) {
      expect({ name, made: service.image ?? service.build }).toEqual({
        name,
        made: expect.any(String) as unknown,
      });
      for (const volume of service.volumes ?? [])
        expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    }
  });

  it('has a health check where others wait for health', () => {
    const awaited = Object.values(services).flatMap((service) =>
      Object.entries(service.depends_on ?? {}).filter(([, { condition }]) => condition === 'service_healthy'),
    );
    expect(awaited).not.toEqual([]);
    for (const [name] of awaited) {
      expect({ name, check: services[name]?.healthcheck?.test }).toMatchObject({
        name,
        check: ['CMD-SHELL', expect.any(String)],
      });
    }
  });

  it('sets nothing that the service does not know', () => {
    const known = Object.keys(schemas['config.json'].properties);
    for (const service of [services['init'], services['stageline']]) {
      for (const name of Object.keys(service?.environment ?? {})) expect(known).toContain(name);
      expect(
        () => JSON.parse(service?.environment?.['STAGELINE_ENVIRONMENTS'] ?? '') as unknown,
      ).not.toThrow();
    }
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('has two stages, runs as no root, and checks its health', () => {
    expect(lines.filter((line) => line.startsWith('FROM '))).toHaveLength(2);
    expect(lines.lastIndexOf('USER node')).toBeGreaterThan(
      lines.findLastIndex((line) => line.startsWith('FROM ')),
    );
    expect(lines.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });

  it('copies only what is there and what .dockerignore lets through', () => {
    const letThrough = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) {
      expect({ path, there: existsSync(join(root, path)) }).toEqual({ path, there: true });
      expect(letThrough).toContain(path.replace(/^\.\//, ''));
    }
  });
});
