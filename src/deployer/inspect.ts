import { isStopped } from '../core/workload-status.js';
import type { PlanNotice } from '../core/types.js';
import type { Cluster } from '../ports/cluster.js';
import type { DocumentReads } from '../ports/reads.js';
import { createClusterFacts, type ClusterFacts } from './cluster-facts.js';
import { deployedFlows } from './deployed-flows.js';
import { flowContract } from './flow-contract.js';
import { preflight } from './preflight.js';
import { jobName, type TargetRuntime } from './runtime-names.js';
import { readStatus, type InstanceStatus } from './function-status.js';
import { readingOf } from './subscriptions.js';
import type { Findings, Inspect, PlanSubject } from './tasks/plan-subject.js';

export interface InspectOptions {
  readonly cluster: Cluster;
  readonly reads: DocumentReads;
  /** Fingerprint of the cluster as a target. */
  readonly fingerprint: string;
  /** What runs the cluster's functions, where the setting says so: Pulsar's API does not tell. */
  readonly runtime?: TargetRuntime | undefined;
}

/** Functions looked at side by side: they share the cluster's limit with deployments, which need room beside looks that hang. */
const AT_ONCE = 2;
const SUPERUSER: PlanNotice = {
  code: 'SUPERUSER_TOKEN',
  blocks: false,
  detail:
    "The token used to deploy is a superuser's, and functions run as whoever deployed them: deploy with a token of the tenant's own. (Said once for the whole plan.)",
};

/** Looks at all functions of a plan before they are planned: pre-flight, contract between functions, what is stopped, backlog. */
export function createInspect(options: InspectOptions): Inspect {
  const { cluster, reads, fingerprint, runtime } = options;
  return async (subjects, { environment, signal }) => {
    const facts = createClusterFacts(cluster, runtime);
    const deployed = await deployedFlows(reads, { environment, fingerprint });
    const contract = flowContract(subjects, deployed);
    const collisions =
      runtime === 'kubernetes' ? jobCollisions(subjects, deployed) : new Map<string, PlanNotice>();
    const found = new Map<string, Findings>();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let one = subjects[next++]; one !== undefined && !signal.aborted; one = subjects[next++]) {
        const collision = collisions.get(one.function);
        const notices = [
          ...preflight(one, await facts.of(one)),
          ...(collision === undefined ? [] : [collision]),
          ...(contract.get(one.function) ?? []),
        ];
        const { uneven, ...state } = await stateOf(one, cluster, facts);
        found.set(one.function, {
          ...state,
          notices: uneven === undefined ? notices : [...notices, uneven],
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const [first] = [...found.keys()].sort();
    const said = first === undefined ? undefined : found.get(first);
    if (first !== undefined && said !== undefined && (await facts.traits()).superuser === true)
      found.set(first, { ...said, notices: [...said.notices, SUPERUSER] });
    return found;
  };
}

/** Whether what runs now is stopped, how its instances are spread, and what waits for it. */
async function stateOf(
  { ref, live }: PlanSubject,
  { functions }: Cluster,
  facts: ClusterFacts,
): Promise<Pick<Findings, 'stopped' | 'backlog'> & { readonly uneven?: PlanNotice }> {
  if (live === undefined) return {};
  const status = await functions.status(ref).catch(() => undefined);
  const stopped = status?.status === 200 ? { stopped: isStopped(status.body) } : {};
  const reading = readingOf(ref, live);
  const backlog = reading === undefined ? undefined : await facts.backlog(reading);
  const uneven = status === undefined ? undefined : unevenOf(readStatus(status)?.instances ?? []);
  const workers = uneven === undefined ? undefined : await facts.workers();
  return {
    ...stopped,
    ...(backlog === undefined ? {} : { backlog }),
    ...(uneven === undefined || workers === undefined || uneven.used >= Math.min(workers, uneven.instances)
      ? {}
      : { uneven: unevenNotice(uneven, workers) }),
  };
}

/** How many workers run so many instances, where it is more than one. */
interface Spread {
  readonly used: number;
  readonly instances: number;
}

function unevenOf(instances: readonly InstanceStatus[]): Spread | undefined {
  const workers = instances.flatMap(({ worker }) => (worker === undefined ? [] : [worker]));
  return workers.length < 2 ? undefined : { used: new Set(workers).size, instances: workers.length };
}

function unevenNotice({ used, instances }: Spread, workers: number): PlanNotice {
  const detail = `Its ${instances} instances run on ${used} of ${workers} workers, and Pulsar moves none by itself: not onto new workers (apache/pulsar #7617), nor back when a lost one returns. Moving them is an act of its own, for the whole cluster: PUT /admin/v2/worker/rebalance.`;
  return { code: 'INSTANCES_UNEVEN', blocks: false, detail };
}

/** Functions of the plan that would run under the name of another one, of the plan or deployed. */
function jobCollisions(
  subjects: readonly PlanSubject[],
  deployed: readonly { readonly function: string }[],
): Map<string, PlanNotice> {
  const gone = new Set(subjects.filter(({ config }) => config === undefined).map((one) => one.function));
  const owners = new Map<string, string[]>();
  for (const name of new Set([...subjects, ...deployed].map((one) => one.function))) {
    if (gone.has(name)) continue;
    const [tenant = '', namespace = '', ...rest] = name.split('/');
    const job = jobName({ type: 'function', tenant, namespace, name: rest.join('/') });
    owners.set(job, [...(owners.get(job) ?? []), name]);
  }
  const collisions = new Map<string, PlanNotice>();
  for (const [job, names] of owners)
    for (const name of names.length > 1 ? names : []) {
      const other = names.find((each) => each !== name) ?? name;
      const detail = `On Kubernetes it would run as ${job}, and so does ${other}: one would replace the other. Choose another name.`;
      collisions.set(name, { code: 'NAME_UNSUITABLE', blocks: true, detail });
    }
  return collisions;
}
