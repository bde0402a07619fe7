import { hashOf } from '../../src/core/canonical.js';
import { DEFAULT_SECRET_RULES, type SecretRules } from '../../src/core/secret-rules.js';
import type {
  AnyCommand,
  CommandDefinition,
  Decision,
  Load,
  Meta,
  SeenDocument,
} from '../../src/core/decision.js';
import type {
  Actor,
  AnyDocument,
  JournalEvent,
  JournalRecord,
  Problem,
  ProblemItem,
} from '../../src/core/types.js';
import { validator } from '../../src/core/validate.js';
import { foldRecord, touchedIds, type Versioned } from '../../src/projections/fold.js';
import { EVERY_WEBHOOK } from './every-webhook.js';
import type { ProjectNamespaces } from '../../src/core/project-namespaces.js';
import type { WebhookRules } from '../../src/core/webhook-rules.js';

export const TOPIC = 'persistent://ops/deployment/pre-deployment-configs-output';

const ALICE: Actor = { name: 'alice', roles: ['admin'] };

const recordFaults = validator('record.json');
const documentFaults = validator('documents.json');

/** What became of a command in a test. */
export interface Outcome {
  readonly status: 'ok' | 'rejected' | 'invalid';
  readonly events: readonly JournalEvent[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly problem: Problem | undefined;
  /** Faults that `check` found. */
  readonly faults: readonly ProblemItem[];
  /** Documents afterwards. */
  readonly documents: ReadonlyMap<string, AnyDocument>;
}

export interface SendOptions {
  /** @defaultValue alice, an admin */
  readonly actor?: Actor;
  readonly project?: string;
  readonly via?: JournalRecord['via'];
  readonly maxConfigs?: number;
  readonly secretRules?: SecretRules;
  readonly webhooks?: WebhookRules;
  readonly namespaces?: ProjectNamespaces;
  /** Decide, and append nothing. */
  readonly dryRun?: boolean;
  /** How much later it is, beyond the second that every command takes. */
  readonly laterMs?: number;
}

/** A journal and its documents in memory: what the processor does to one command, without anything around it. */
export class World {
  readonly versions = new Map<string, Versioned>();
  readonly records: JournalRecord[] = [];
  /** Calls of Load so far. */
  loads = 0;
  /** What commands have been later by. */
  private waitedMs = 0;

  get position(): number {
    return this.records.length;
  }

  /** Documents that exist. */
  documents(): Map<string, AnyDocument> {
    const documents = new Map<string, AnyDocument>();
    for (const [id, { document }] of this.versions) if (document !== undefined) documents.set(id, document);
    return documents;
  }

  document<Kind extends AnyDocument['kind']>(id: string, kind: Kind): Extract<AnyDocument, { kind: Kind }> {
    const document = this.versions.get(id)?.document;
    if (document?.kind !== kind) throw new Error(`no document ${id}`);
    return document as Extract<AnyDocument, { kind: Kind }>;
  }

  /** Decides a command as the processor does and appends its record. */
  async send(definition: AnyCommand, params: object, options: SendOptions = {}): Promise<Outcome> {
    const command = definition as unknown as CommandDefinition<object, unknown>;
    this.waitedMs += options.laterMs ?? 0;
    const meta = this.meta(options);
    const invalid = validator(command.schema)(params, '/params');
    const faults = invalid.length > 0 ? invalid : (command.check?.(params, meta) ?? []);
    if (faults.length > 0) {
      return {
        status: 'invalid',
        events: [],
        result: {},
        problem: undefined,
        faults,
        documents: this.documents(),
      };
    }
    const state = await command.load(this.load, params, meta);
    const decision = command.decide(state, params, meta);
    if (command.kind === 'change' && options.dryRun !== true)
      this.append(command.name, params, { decision, meta, options });
    return {
      status: decision.kind === 'accepted' ? 'ok' : 'rejected',
      events: decision.kind === 'accepted' ? decision.events : [],
      result: decision.kind === 'accepted' ? decision.result : {},
      problem: decision.kind === 'rejected' ? decision.problem : undefined,
      faults: [],
      documents: this.documents(),
    };
  }

  /** Appends events as if a command had decided them. */
  put(...events: JournalEvent[]): void {
    const meta = this.meta({});
    this.append('put', {}, { decision: { kind: 'accepted', events, result: {} }, meta, options: {} });
  }

  /** Folds a record as the writer does, and checks it and every document against their schemas. */
  fold(record: JournalRecord): void {
    const faults = recordFaults(record);
    if (faults.length > 0)
      throw new Error(`record ${record.position}: ${JSON.stringify(faults.slice(0, 3))}`);
    const touched = new Set(touchedIds(record));
    for (const [id, version] of foldRecord(record, this.versions)) {
      if (!touched.has(id)) throw new Error(`${id} was folded and is not among the touched ids`);
      const wrong = version.document === undefined ? [] : documentFaults(version.document);
      if (wrong.length > 0) throw new Error(`${id}: ${JSON.stringify(wrong.slice(0, 3))}`);
      this.versions.set(id, version);
    }
  }

  readonly load: Load = {
    get: async (ids) => {
      this.loads += 1;
      const seen = new Map<string, SeenDocument>();
      for (const id of ids) {
        const version = this.versions.get(id);
        if (version?.document !== undefined)
          seen.set(id, { id, position: version.position, document: version.document });
      }
      return seen;
    },
    range: async (prefix, { after = '', before, limit = Infinity, descending = false } = {}) => {
      this.loads += 1;
      const ids = [...this.versions.keys()]
        .filter((id) => id.startsWith(prefix) && id > after && (before === undefined || id < before))
        .sort();
      if (descending) ids.reverse();
      return ids.flatMap((id) => [...this.seen(id)]).slice(0, limit);
    },
  };

  private seen(id: string): SeenDocument[] {
    const version = this.versions.get(id);
    return version?.document === undefined
      ? []
      : [{ id, position: version.position, document: version.document }];
  }

  private meta({
    project = 'default',
    maxConfigs = 1_000,
    actor = ALICE,
    secretRules = DEFAULT_SECRET_RULES,
    webhooks = EVERY_WEBHOOK,
    namespaces = {},
  }: SendOptions): Meta {
    return {
      commandId: `00000000-0000-7000-8000-${String(this.position + 1).padStart(12, '0')}`,
      project,
      actor,
      time: new Date(Date.UTC(2026, 0, 1) + this.waitedMs + (this.position + 1) * 1_000).toISOString(),
      deploymentsTopic: TOPIC,
      position: this.position,
      maxConfigs,
      secretRules,
      webhooks,
      namespaces,
    };
  }

  private append(
    name: string,
    params: object,
    { decision, meta, options }: { decision: Decision; meta: Meta; options: SendOptions },
  ): void {
    const record: JournalRecord = {
      v: 1,
      partition: 0,
      position: this.position + 1,
      prev: null,
      time: meta.time,
      command: {
        id: meta.commandId,
        command: name,
        project: meta.project,
        params: params as Record<string, unknown>,
      },
      commandHash: hashOf(params),
      actor: meta.actor,
      via: options.via ?? 'commands',
      ...(decision.kind === 'accepted'
        ? { outcome: 'ok', result: decision.result, events: [...decision.events] }
        : { outcome: 'rejected', error: decision.problem, events: [] }),
    };
    // What a test keeps of a record is what a reader of the journal gets.
    const read = JSON.parse(JSON.stringify(record)) as JournalRecord;
    this.records.push(read);
    this.fold(read);
  }
}
