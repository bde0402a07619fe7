import { cutText } from '../../core/cut-text.js';
import { own } from '../../core/own.js';
import { topicFullName } from '../../core/topic-name.js';
import { BeamFault } from './fault.js';

/** A topic as the path of a route names it. */
export interface TopicPath {
  readonly persistent: string;
  readonly tenant: string;
  readonly namespace: string;
  readonly topic: string;
}

const DOMAINS: Readonly<Record<string, string>> = {
  p: 'persistent',
  persistent: 'persistent',
  np: 'non-persistent',
  'non-persistent': 'non-persistent',
};
const MAX_SHOWN = 200;

/** The topic of a path, by its full name. */
export function topicOfPath({ persistent, tenant, namespace, topic }: TopicPath): string {
  const domain = own(DOMAINS, persistent);
  if (domain === undefined)
    throw new BeamFault(422, 'supported persistent types are persistent, p, non-persistent, np');
  return named(`${domain}://${tenant}/${namespace}/${topic}`);
}

/** The topic to publish to: the header wins over the path, even over one that is no topic. */
export function topicToPublish(header: string | undefined, path: TopicPath | undefined): string {
  if (header !== undefined && header.trim() !== '') return named(header.trim());
  if (path === undefined) throw new BeamFault(422, 'missing topic parts');
  return topicOfPath(path);
}

/** Refuses a cluster that this service does not use. It uses one, so nobody has to name it. */
export function checkCluster(header: string | undefined, known: readonly string[]): void {
  const url = header?.trim() ?? '';
  if (url === '' || known.includes(url)) return;
  throw new BeamFault(422, `pulsar cluster ${cutText(url, MAX_SHOWN)} is not allowed`);
}

function named(name: string): string {
  const full = topicFullName(name);
  if (full !== undefined) return full;
  throw new BeamFault(
    422,
    `"${cutText(name, MAX_SHOWN)}" is no topic name: write persistent://tenant/namespace/topic, tenant/namespace/topic, or a topic of public/default`,
  );
}
