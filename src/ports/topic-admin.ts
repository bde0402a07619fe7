/** What `init` provisions: a namespace with its policies, and topics in it. */
export interface NamespacePlan {
  readonly tenant: string;
  readonly namespace: string;
  /** Keep every message for ever (retention −1/−1) and never delete an idle topic. */
  readonly keepForEver: boolean;
  /** Drop messages whose sequence id is known already. */
  readonly deduplicate: boolean;
  readonly topics: readonly string[];
}

/** What a role may do on a topic. */
export type TopicAction = 'produce' | 'consume';

/** Who may do what on a topic, by role. */
export interface TopicPermissions {
  readonly topic: string;
  readonly roles: Readonly<Record<string, readonly TopicAction[]>>;
  /** Nobody but the roles above may write it. */
  readonly exclusive: boolean;
}

/** One thing that `init` looked at, in words. */
export interface ProvisionStep {
  readonly what: string;
  /** `failed`: it could not be done. `warning`: it is not `init`'s to change. */
  readonly done: 'created' | 'changed' | 'present' | 'granted' | 'revoked' | 'failed' | 'warning';
  /** For `failed` and `warning`: the reason, and what to do. */
  readonly why?: string;
}

export interface ProvisionOptions {
  /** Changes nothing, and tells what would be changed. @defaultValue false */
  readonly dryRun?: boolean;
  /** Roles that administrate a tenant that is made anew. @defaultValue none */
  readonly tenantAdmins?: readonly string[];
}

/** Administration of Stageline's own topics, never of an environment. */
export interface TopicAdmin {
  /** Makes tenants, namespaces, policies and topics as planned; safe to repeat. */
  provision(plan: readonly NamespacePlan[], options?: ProvisionOptions): Promise<ProvisionStep[]>;
  /** Gives roles what they need on topics that are there, and takes from others what they may not have; safe to repeat. What cannot be done is told, and the rest is. */
  permit(plan: readonly TopicPermissions[], options?: ProvisionOptions): Promise<ProvisionStep[]>;
  /** What is wrong with the topic as a journal, in words; empty if nothing is. */
  journalFaults(topic: string): Promise<string[]>;
  /** Cuts every client off the topic; they reconnect. Part of taking a stalled holder's lease. */
  unload(topic: string): Promise<void>;
}
