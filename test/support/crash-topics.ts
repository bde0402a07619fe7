import { replyOf } from '../../src/core/reply.js';
import type { JournalRecord, Reply } from '../../src/core/types.js';
import type { ReceivedMessage } from '../../src/ports/bus.js';
import { isRefusedId, isSame, owedEffects, recordsById } from './crash-checks.js';

interface Keyed {
  readonly id?: unknown;
}

function jsonOf(message: ReceivedMessage): Keyed {
  return JSON.parse(message.payload.toString('utf8')) as Keyed;
}

/** The ids of the commands that came in, in the order of their first arrival. */
function arrivals(commands: readonly ReceivedMessage[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const [index, message] of commands.entries()) {
    const id = String(jsonOf(message).id);
    if (!first.has(id)) first.set(id, index);
  }
  return first;
}

/** Commands on their topic that were never answered, and answers on theirs that do not repeat to the letter. */
// eslint-disable-next-line max-params -- three topics, and whether all has come to rest
export function replyFaults(
  commands: readonly ReceivedMessage[],
  replies: readonly ReceivedMessage[],
  records: readonly JournalRecord[],
  { onTheirWay }: { readonly onTheirWay: boolean },
): string[] {
  const byId = recordsById(records);
  const answered = new Map<string, Reply[]>();
  for (const message of replies) {
    const reply = JSON.parse(message.payload.toString('utf8')) as Reply;
    const known = answered.get(reply.id);
    if (known === undefined) answered.set(reply.id, [reply]);
    else known.push(reply);
  }
  const faults: string[] = [];
  for (const id of arrivals(commands).keys())
    if (!onTheirWay && !answered.has(id)) faults.push(`${id} came in and nothing was sent to the replies`);
  for (const [id, all] of answered) {
    const made = (byId.get(id) ?? []).map(replyOf);
    const kept = made.filter((reply) => ['ok', 'rejected'].includes(reply.status));
    if (kept.length === 0) continue;
    const wrong = all.find(
      (reply) =>
        ['ok', 'rejected'].includes(reply.status) &&
        reply.dryRun !== true &&
        !kept.some((each) => isSame(each, reply)),
    );
    if (wrong !== undefined)
      faults.push(`${id} got a reply that no record stands for: ${JSON.stringify(wrong)}`);
  }
  return faults;
}

/** Commands of one project that were decided in another order than they came in. */
export function orderFaults(
  commands: readonly ReceivedMessage[],
  records: readonly JournalRecord[],
): string[] {
  const first = arrivals(commands);
  const last = new Map<string, { readonly index: number; readonly id: string }>();
  const faults: string[] = [];
  for (const record of records) {
    const { id, project } = record.command;
    const index = first.get(id);
    if (record.via !== 'commands' || index === undefined || isRefusedId(record)) continue;
    const before = last.get(project);
    if (before !== undefined && before.index > index)
      faults.push(`${id} at ${record.position} came in before ${before.id} and was decided after it`);
    last.set(project, { index, id });
  }
  return faults;
}

/** Effects that no router has passed on. One may be passed on twice: its deployer knows it again. */
export function routeFaults(routed: readonly ReceivedMessage[], records: readonly JournalRecord[]): string[] {
  const there = new Set(routed.map(({ properties }) => properties['effect']));
  const missing = owedEffects(records).owed.filter((effect) => !there.has(effect));
  return missing.length === 0 ? [] : [`not routed: ${missing.join(', ')}`];
}

/** Reports of deployers that are not in the journal, or twice; deployments without an outcome, or with two. */
export function outcomeFaults(
  results: readonly ReceivedMessage[],
  records: readonly JournalRecord[],
): string[] {
  const byId = recordsById(records);
  const faults: string[] = [];
  for (const id of arrivals(results).keys()) {
    const found = byId.get(id) ?? [];
    if (found.length !== 1 || found[0]?.outcome !== 'ok')
      faults.push(`report ${id} has ${found.length} records: ${found.map(({ outcome }) => outcome).join()}`);
  }
  const outcomes = new Map<string, number>();
  for (const { position, events } of records) {
    for (const event of events) {
      if (event.type !== 'deployment-recorded') continue;
      const release = `release ${event.release} of ${event.project} in ${event.environment}`;
      for (const { function: name } of event.results) {
        const key = `${release}, ${name}`;
        const before = outcomes.get(key);
        if (before !== undefined) faults.push(`${key} has outcomes at ${before} and ${position}`);
        outcomes.set(key, position);
      }
    }
  }
  const { owed } = owedEffects(records);
  if (outcomes.size !== owed.length) faults.push(`${owed.length} deployments have ${outcomes.size} outcomes`);
  return faults;
}

/** Dead letters by their code, to be told and looked at. */
export function lettersByCode(letters: readonly ReceivedMessage[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const message of letters) {
    const { code } = JSON.parse(message.payload.toString('utf8')) as { readonly code: string };
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** What a crash may put aside: what was no command from the start, and what was tried three times without an outcome. */
const EXPECTED_LETTERS = ['INVALID_COMMAND', 'UNKNOWN_COMMAND', 'UNDECIDED'];

/** Dead letters that nothing in the load explains. */
export function letterFaults(letters: readonly ReceivedMessage[]): string[] {
  return Object.entries(lettersByCode(letters))
    .filter(([code]) => !EXPECTED_LETTERS.includes(code))
    .map(([code, count]) => `${count} dead letters say ${code}`);
}
