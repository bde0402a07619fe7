import { positionsOf } from '../core/chain/journal-fault.js';
import type { ComparedDocuments, DocumentDifference } from '../core/document-difference.js';
import type { RebuildReport } from '../core/rebuild-report.js';
import type { VerifyReport } from '../core/verify-report.js';
import { counted, table } from './table.js';

/** What a rebuild has done, for people. */
export function rebuildText(report: RebuildReport): string {
  const { database, previous, from, position, compared, switched } = report;
  const folded = from === 0 ? `position ${position}` : `position ${position}, from ${from} on`;
  return [
    `${database} is folded to ${folded}`,
    compared === undefined ? 'there were no documents to compare with' : comparedText(compared),
    switched
      ? `${database} is in use now${previous === undefined ? '' : `; "stageline rebuild --drop ${previous}" drops the one before`}`
      : 'nothing is switched: "stageline rebuild" goes on from there and switches over',
  ].join('\n');
}

/** What a verification has found, for people. */
export function verifyText(report: VerifyReport): string {
  const { position, messages, terms, voids, faulty, faults, compared, notCompared } = report;
  const read = `journal: ${counted(position, 'record')} in ${counted(messages, 'message')}, ${counted(terms, 'term')}, ${counted(voids, 'void message')}`;
  const rows = faults.map((fault) => [fault.kind, positionsOf(fault), fault.detail]);
  return [
    `${read}: ${faulty === 0 ? 'nothing is wrong' : counted(faulty, 'fault')}`,
    ...(faults.length === 0 ? [] : [table(['fault', 'where', 'what'], rows)]),
    ...more(faulty - faults.length, 'fault'),
    compared === undefined
      ? `documents: not compared, ${notCompared ?? 'there are none yet'}`
      : comparedText(compared),
  ].join('\n');
}

function comparedText({ documents, differing, differences, unsettled }: ComparedDocuments): string {
  const many = counted(documents, 'document');
  return [
    differing === 0
      ? `documents: ${many} compared, all as the journal has them`
      : `documents: ${many} compared, ${differing.toLocaleString('en-US')} not as the journal has them`,
    ...(differences.length === 0
      ? []
      : [table(['document', 'differs', 'journal', 'stored', 'where'], differences.map(differenceRow))]),
    ...more(differing - differences.length, 'document'),
    ...(unsettled === 0
      ? []
      : [
          `${counted(unsettled, 'document')} changed each time they were looked at: ask again when it is quieter`,
        ]),
  ].join('\n');
}

function differenceRow({
  id,
  kind,
  position,
  found,
  values = [],
  differing = 0,
}: DocumentDifference): string[] {
  const first = values.map(({ pointer }) => (pointer === '' ? 'all of it' : pointer)).join(', ');
  const rest = differing - values.length;
  return [
    id,
    kind,
    position === 0 ? '-' : `#${position}`,
    found === undefined ? '-' : `#${found}`,
    rest > 0 ? `${first}, ${rest} more` : first,
  ];
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`and ${counted(count, `more ${what}`)}; --output json says no more of them`] : [];
}
