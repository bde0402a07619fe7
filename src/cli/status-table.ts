import { freezeOf, freezeText } from '../core/freeze.js';
import { isUnfulfilled } from '../core/function-state.js';
import { printable } from '../core/printable.js';
import type {
  DriftDocument,
  EnvironmentDocument,
  FunctionDocument,
  FunctionInEnvironment,
  StageSetDocument,
} from '../core/types.js';
import { driftLine } from './drift-lines.js';
import { counted, table } from './table.js';

/** What the status of a project is made of. */
export interface ProjectStatus {
  readonly environments: readonly EnvironmentDocument[];
  readonly functions: readonly FunctionDocument[];
  readonly stageSets: readonly StageSetDocument[];
  /** What the newest comparisons with the clusters found. */
  readonly drift: readonly DriftDocument[];
}

/** Functions × environments, then what is staged. */
export function statusTable(
  project: string,
  { environments, functions, stageSets, drift }: ProjectStatus,
): string {
  const inOrder = [...environments].sort((a, b) => a.order - b.order);
  const frozen = inOrder.flatMap(frozenLine);
  if (functions.length === 0) {
    return [`project ${project} has no functions yet; stage one with "stageline stage FILE"`, ...frozen].join(
      '\n',
    );
  }
  const rows = functions.map((fn) => [
    fn.function,
    fn.workload,
    ...inOrder.flatMap(({ environment }) => cells(fn.environments[environment])),
    staged(fn),
  ]);
  const head = [
    'function',
    'type',
    ...inOrder.flatMap(({ environment, target }) => [
      `${environment}${target.kind === 'sandbox' ? ' (sandbox)' : ''}`,
      'release',
      'state',
    ]),
    'staged',
  ];
  const sets = stageSets.filter(({ counts }) => counts.apply + counts.delete > 0).map(setLine);
  const more = [...frozen, ...drift.map(driftLine), ...sets];
  return [table(head, rows), ...(more.length > 0 ? ['', ...more] : [])].join('\n');
}

/** A content hash as people see it. */
export function shortHash(hash: string): string {
  return hash.slice(0, 7);
}

/** Content, release and state; where the newest did not succeed, what runs there instead. */
function cells(there: FunctionInEnvironment | undefined): [string, string, string] {
  if (there === undefined) return ['-', '-', '-'];
  const { succeeded } = there;
  const before =
    isUnfulfilled(there.state) && succeeded !== undefined
      ? `, ${content(succeeded.contentHash)} of #${succeeded.release} stays`
      : '';
  return [content(there.contentHash), `#${there.release}`, `${there.state}${before}`];
}

function content(hash: string | null): string {
  return hash === null ? 'delete' : shortHash(hash);
}

function staged(fn: FunctionDocument): string {
  const entries = Object.entries(fn.staged).map(
    ([set, hash = '']) => `${set}: ${hash === 'delete' ? hash : shortHash(hash)}`,
  );
  return entries.length === 0 ? '-' : entries.join(', ');
}

function frozenLine(here: EnvironmentDocument): string[] {
  const freeze = freezeOf(here, new Date().toISOString());
  return freeze === undefined ? [] : [printable(`${here.environment} is ${freezeText(freeze)}`)];
}

function setLine({ stageSet, counts, note }: StageSetDocument): string {
  const parts = [
    ...(counts.apply > 0 ? [`${counted(counts.apply, 'config')} to deploy`] : []),
    ...(counts.delete > 0 ? [`${counted(counts.delete, 'function')} to delete`] : []),
  ];
  return `stage set ${stageSet}: ${parts.join(', ')}${note === undefined ? '' : ` (${note})`}`;
}
