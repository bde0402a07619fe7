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

/** One thing that provisioning looked at, in words: `created`, `changed`, `present`. */
export interface ProvisionStep {
  readonly what: string;
  readonly done: 'created' | 'changed' | 'present';
}

/** Administration of Stageline's own topics, never of an environment. */
export interface TopicAdmin {
  /** Makes tenants, namespaces, policies and topics as planned; safe to repeat. */
  provision(plan: readonly NamespacePlan[]): Promise<ProvisionStep[]>;
  /** What is wrong with the topic as a journal, in words; empty if nothing is. */
  journalFaults(topic: string): Promise<string[]>;
  /** Cuts every client off the topic; they reconnect. Part of taking a stalled holder's lease. */
  unload(topic: string): Promise<void>;
}
