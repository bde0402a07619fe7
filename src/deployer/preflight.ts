import { topicFlow } from '../core/topic-flow.js';
import type { PlanNotice, WorkloadType } from '../core/types.js';
import type { WorkloadRef } from '../ports/functions.js';
import { nameFault, type TargetRuntime } from './runtime-names.js';
import { fieldsOf, type Fields } from './pulsar-config.js';

/** A topic as far as it is known. */
export type TopicState = 'there' | 'missing' | 'unknown';

/** A namespace as far as it is known; a reason where it is not. */
export type PlaceState = 'there' | 'no-tenant' | 'no-namespace' | { readonly unknown: string };

/** What the pre-flight of one function needs to know of a cluster. */
export interface PreflightFacts {
  readonly runtime: TargetRuntime | undefined;
  readonly place: PlaceState;
  /** The kind that has the name already. */
  readonly taken: WorkloadType | undefined;
  /** Why the namespace's workloads of this kind may not be listed: the permission that deploying needs. */
  readonly denied: string | undefined;
  /** Topics are made when they are first used; undefined where that is not known. */
  readonly createsTopics: boolean | undefined;
  readonly topics: ReadonlyMap<string, TopicState>;
  /** Types of the newest schemas of topics, where they have one. */
  readonly schemas: ReadonlyMap<string, string>;
  /** The `function://…` or `builtin://…` that it names is there; undefined where it names none, or that is not known. */
  readonly packageThere: boolean | undefined;
}

/** What is to be deployed; no config: what is to be deleted. */
export interface PreflightSubject {
  readonly ref: WorkloadRef;
  /** In Pulsar's own fields. */
  readonly config: Fields | undefined;
  readonly artifact: string | undefined;
}

const MOST_TOPICS = 20;

/** What stands in the way of a deployment, or should be known before it. Pure: what is not known is not complained of, but said. */
export function preflight(subject: PreflightSubject, facts: PreflightFacts): PlanNotice[] {
  const { ref, config } = subject;
  const place = `${ref.tenant}/${ref.namespace}`;
  const notices: PlanNotice[] = [];
  const block = (code: PlanNotice['code'], detail: string): unknown =>
    notices.push({ code, blocks: true, detail });
  const warn = (code: PlanNotice['code'], detail: string): unknown =>
    notices.push({ code, blocks: false, detail });

  if (facts.denied !== undefined) {
    const grant = `grant ${ref.type}s on ${place} to the role of the token (pulsar-admin namespaces grant-permission)`;
    block(
      'PERMISSION_MISSING',
      `The cluster does not let the token list the ${ref.type}s of ${place}: ${facts.denied}; ${grant}.`,
    );
  }
  if (config === undefined) return notices;

  if (facts.place === 'no-tenant')
    block('NAMESPACE_MISSING', `There is no tenant ${ref.tenant}; create it, or correct the config.`);
  else if (facts.place === 'no-namespace')
    block('NAMESPACE_MISSING', `There is no namespace ${place}; create it, or correct the config.`);
  else if (facts.place !== 'there')
    warn('NOT_CHECKED', `Whether ${place} and its topics are there is not known: ${facts.place.unknown}.`);

  if (facts.taken !== undefined)
    block(
      'NAME_TAKEN',
      `There is a ${facts.taken} ${place}/${ref.name} already, and the three kinds share their names; delete it first, or choose another name.`,
    );
  const fault = nameFault(ref, facts.runtime);
  if (fault !== undefined) block('NAME_UNSUITABLE', fault);
  if (facts.packageThere === false)
    block(
      'PACKAGE_NOT_FOUND',
      `The cluster has no package ${subject.artifact ?? ''}; upload it, or install it, first.`,
    );
  if (facts.runtime === 'thread' && typeof config['logTopic'] === 'string')
    warn(
      'RISKY_SETTING',
      'In the thread runtime a logTopic can hang the whole broker once the function is updated or stopped: its logger stays, and blocks who logs (seen on 4.0.8). Leave logTopic out there.',
    );

  notices.push(...missingTopics(config, facts), ...otherSchemas(config, facts));
  return notices;
}

function missingTopics(config: Fields, { topics, createsTopics, place }: PreflightFacts): PlanNotice[] {
  if (place === 'no-tenant' || place === 'no-namespace') return [];
  const { reads, writes } = topicFlow(config);
  const missing = [...new Set([...reads, ...writes])].filter((topic) => topics.get(topic) === 'missing');
  return missing.slice(0, MOST_TOPICS).map((topic) => {
    const what = reads.includes(topic) ? 'input' : 'output';
    const consequence =
      createsTopics === false
        ? 'and the cluster makes none by itself: it could not run. Create it first.'
        : 'and would be made when it is first used, with the partitions that the cluster gives by default; create it first if it should have others.';
    const detail = `Its ${what} ${topic} does not exist ${consequence}`;
    return { code: 'TOPIC_MISSING', blocks: createsTopics === false, detail };
  });
}

/** A topic whose schema is another than the one that the config names. */
function otherSchemas(config: Fields, { schemas }: PreflightFacts): PlanNotice[] {
  return declaredSchemas(config).flatMap(({ topic, schemaType }): PlanNotice[] => {
    const has = schemas.get(topic);
    if (has === undefined || has.toUpperCase() === schemaType.toUpperCase()) return [];
    const detail = `It uses ${topic} with the schema ${schemaType}, but the topic's newest schema is ${has}; make them one, or allow the change in the namespace's schema policy.`;
    return [{ code: 'SCHEMA_MISMATCH', blocks: false, detail }];
  });
}

/** Topics for which a config names a schema type that can be compared: a class's own name cannot. */
export function declaredSchemas(
  config: Fields,
): readonly { readonly topic: string; readonly schemaType: string }[] {
  const { writes } = topicFlow(config);
  const written = config['outputSchemaType'] ?? config['schemaType'];
  const found = writes.map((topic) => ({ topic, schemaType: written }));
  for (const [topic, spec] of Object.entries(fieldsOf(config['inputSpecs'])))
    found.push({ topic, schemaType: fieldsOf(spec)['schemaType'] });
  return found.flatMap(({ topic, schemaType }) =>
    typeof schemaType === 'string' && COMPARABLE.has(schemaType.toUpperCase()) ? [{ topic, schemaType }] : [],
  );
}

/** Built-in schema types that say what the bytes are; the others take what comes, and a class is its own matter. */
const COMPARABLE = new Set(['STRING', 'JSON', 'AVRO', 'PROTOBUF', 'PROTOBUF_NATIVE', 'KEY_VALUE']);
