import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { stagedId, stagedPrefix, stageSetId } from '../core/ids.js';
import type {
  ConfigsUnstaged,
  SetCounts,
  StagedDocument,
  StageSetDocument,
  UnStageParams,
} from '../core/types.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { scan, seenAs } from './shared/read.js';
import { refuse, type Refusal } from './shared/refusals.js';

interface State {
  readonly set: StageSetDocument | undefined;
  /** The entries asked for, as far as they exist. */
  readonly entries: ReadonlyMap<string, StagedDocument>;
}

/** Takes entries out of a stage set. What was committed already stays where it is. */
export const unStage = defineCommand<UnStageParams, State>({
  name: 'un-stage',
  summary: 'Takes entries out of a stage set.',
  schema: 'un-stage.json',
  kind: 'change',
  role: 'developer',
  refusals: ['UNKNOWN_STAGE_SET', 'UNKNOWN_NAME'],

  check: ({ names, all }) =>
    (names === undefined) === (all === undefined)
      ? [{ pointer: '/params', code: 'INVALID_COMMAND', detail: 'needs either names or "all": true' }]
      : [],

  async load(load, { stageSet = DEFAULT_STAGE_SET, names = [], all }, { project }) {
    const setId = stageSetId(project, stageSet);
    const seen = await load.get([setId, ...names.map((name) => stagedId(project, stageSet, name))]);
    const entries = new Map<string, StagedDocument>();
    for (const { document } of seen.values()) {
      if (document.kind === 'staged') entries.set(document.function, document);
    }
    if (all === true) {
      for await (const entry of scan(load, { prefix: stagedPrefix(project, stageSet) }, 'staged'))
        entries.set(entry.function, entry);
    }
    return { set: seenAs(seen, setId, 'stage-set'), entries };
  },

  decide({ set, entries }, { stageSet = DEFAULT_STAGE_SET, names }, { project }) {
    if (set?.state !== 'open') {
      const detail =
        set?.mergedInto === undefined
          ? `Project "${project}" has no stage set "${stageSet}".`
          : `Stage set "${stageSet}" was merged into "${set.mergedInto}" and is closed.`;
      return rejectAt('/params/stageSet', 'UNKNOWN_STAGE_SET', detail);
    }
    const unknown = (names ?? []).flatMap((name, index): Refusal[] => {
      if (entries.has(name)) return [];
      const detail = `is not in stage set "${stageSet}"`;
      return [{ pointer: `/params/names/${index}`, name, code: 'UNKNOWN_NAME', detail }];
    });
    const refused = refuse(unknown, ['UNKNOWN_NAME']);
    if (refused !== undefined) return refused;

    const counts: SetCounts = { ...set.counts };
    for (const { operation } of entries.values()) counts[operation] -= 1;
    const event: ConfigsUnstaged = {
      type: 'configs-unstaged',
      project,
      stageSet,
      reason: 'un-staged',
      counts,
      functions: [...entries.keys()],
    };
    const result = { stageSet, unstaged: entries.size, entries: counts.apply + counts.delete };
    return accept(entries.size === 0 ? [] : [event], result);
  },
});
