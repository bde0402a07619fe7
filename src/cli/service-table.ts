import type { ServiceStatus } from '../core/status.js';
import { table } from './table.js';

/** What an instance is, where each consumer of the journal stands, and which checks are not well. */
export function serviceText(status: ServiceStatus): string {
  const { version, parts, bus, store, lease, consumers, checks } = status;
  const rows = consumers.map((one) => [
    one.name,
    String(one.position),
    String(one.head),
    String(one.lagRecords),
    `${one.lagSeconds}s`,
    one.state,
    one.since ?? '-',
    [one.target, one.why].filter((part) => part !== undefined).join(': ') || '-',
  ]);
  const bad = checks.filter(({ ok }) => !ok);
  return [
    `Stageline ${version}, parts ${parts.join(', ')}; bus ${bus}, documents ${store}; lease ${lease.state}, epoch ${lease.epoch}`,
    '',
    table(['consumer', 'position', 'head', 'behind', 'for', 'state', 'since', 'target, why'], rows),
    '',
    bad.length === 0 ? 'ready' : 'not ready:',
    ...bad.map(({ name, detail }) => `  ${name}: ${detail}`),
  ].join('\n');
}
