import { printable } from '../core/printable.js';
import type { DriftDocument, DriftSummary, FunctionDrift } from '../core/types.js';
import { counted } from './table.js';

/** One line about an environment: what the newest comparison found, and when. */
export function driftLine({ environment, summary, checkedAt, complete }: DriftDocument): string {
  return `drift in ${environment}: ${driftWords(summary)} (${complete ? '' : 'not complete, '}${checkedAt})`;
}

/** "3 compared, 1 differs": as far as there is something. */
export function driftWords(summary: DriftSummary): string {
  const { checked, drifted, missing, unreadable, repair, notRepaired } = summary;
  const parts = [
    `${counted(checked, 'function')} compared`,
    ...(drifted > 0 ? [`${drifted} run something else`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(unreadable > 0 ? [`${unreadable} could not be compared`] : []),
    ...(drifted + missing + unreadable === 0 ? ['nothing differs'] : []),
    ...(repair === undefined ? [] : [`release #${repair} deploys them again`]),
    ...(notRepaired === undefined ? [] : [`not repaired: ${printable(notRepaired)}`]),
  ];
  return parts.join(', ');
}

/** A function with every field that differs. */
export function functionDriftLines(drift: FunctionDrift): string[] {
  const why = drift.reason === undefined ? '' : `: ${printable(drift.reason)} [${drift.code ?? ''}]`;
  return [
    `${drift.state.padEnd(10)}  ${drift.function}${why}`,
    ...drift.changes.map(
      (change) => `    ${printable(change.field)}  ${change.class}: ${printable(change.detail)}`,
    ),
  ];
}
