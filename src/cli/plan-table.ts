import { printable } from '../core/printable.js';
import type { FunctionPlan, PlanDocument, PlanSummary } from '../core/types.js';
import { counted, table } from './table.js';

/** A plan in lines: what is done to how many, then each function with its changes, consequences and notices. */
export function planLines(plan: PlanDocument, functions: readonly FunctionPlan[]): string[] {
  const { stageSet, environment, summary } = plan;
  const busy = functions.filter(({ operation, notices }) => operation !== 'unchanged' || notices.length > 0);
  const head = `plan of ${stageSet} for ${environment}: ${countsText(summary)}`;
  const still = functions.filter((one) => isUnchanged(one) && !busy.includes(one));
  return [
    head,
    ...(busy.length === 0
      ? []
      : [table(['function', 'operation', 'changes', 'consequences'], busy.map(rowOf))]),
    ...busy.flatMap(detailsOf),
    ...differing(still),
  ];
}

/** "2 update, 1 blocked". */
export function countsText({ counts, functions }: Pick<PlanSummary, 'counts' | 'functions'>): string {
  const parts = Object.entries({ ...counts }).filter(([, count]) => count > 0);
  return functions === 0 ? 'nothing' : parts.map(([operation, count]) => `${count} ${operation}`).join(', ');
}

const isUnchanged = ({ operation }: FunctionPlan): boolean => operation === 'unchanged';

function rowOf(one: FunctionPlan): string[] {
  return [
    one.function,
    one.operation,
    one.changes.length === 0 ? '-' : String(one.changes.length),
    consequencesOf(one).join('; ') || '-',
  ];
}

/** What follows from a deployment, in words. */
function consequencesOf({
  restarts,
  package: sent,
  stopped,
  backlog,
  operation,
  changes,
}: FunctionPlan): string[] {
  const staying = changes.filter((change) => change.class === 'ignored' || change.class === 'lost').length;
  const atStake = backlog === undefined || backlog === 0 || !(restarts || operation === 'delete');
  return [
    ...(restarts ? ['its instances restart'] : []),
    ...(operation === 're-create' ? ['it is deleted and created anew'] : []),
    ...(sent === 'sent' ? ['the package is sent'] : []),
    ...(sent === 'unknown' && operation !== 'create' ? ['which package the cluster has is not known'] : []),
    ...(stopped === true ? ['it is stopped and stays so'] : []),
    ...(atStake ? [] : [`${counted(backlog, 'message')} wait`]),
    ...(staying === 0 ? [] : [`${counted(staying, 'difference')} stay${staying === 1 ? 's' : ''}`]),
  ];
}

function detailsOf({ function: name, changes, notices }: FunctionPlan): string[] {
  if (changes.length === 0 && notices.length === 0) return [];
  return [
    '',
    printable(name),
    ...notices.map(
      ({ blocks, code, detail }) => `  ${blocks ? 'BLOCKS ' : 'warning'}  ${code}: ${printable(detail)}`,
    ),
    ...changes.map(
      (change) => `  ${change.class.padEnd(9)}  ${printable(change.field)}: ${printable(change.detail)}`,
    ),
  ];
}

/** What is left alone may differ all the same. */
function differing(still: readonly FunctionPlan[]): string[] {
  const some = still.filter(({ changes }) => changes.length > 0);
  return some.length === 0
    ? []
    : [
        '',
        `${counted(some.length, 'function')} left alone though something differs that no update changes:`,
        ...some.flatMap(detailsOf),
      ];
}
