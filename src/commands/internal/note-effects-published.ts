import { accept, defineCommand } from '../../core/decision.js';
import { effectsId } from '../../core/ids.js';
import type { EffectsPublished, NoteEffectsPublishedParams } from '../../core/types.js';
import { seenAs } from '../shared/read.js';

interface State {
  readonly published: number;
}

/** How far a topic's effects are published: the writer's own note, so that dropped documents do not publish them again. */
export const noteEffectsPublished = defineCommand<NoteEffectsPublishedParams, State>({
  name: 'note-effects-published',
  summary: 'Notes how far the effects of a topic are published; the writer only.',
  schema: 'note-effects-published.json',
  kind: 'change',
  role: 'service',
  refusals: [],

  async load(load, { topic }) {
    const id = effectsId(topic);
    return { published: seenAs(await load.get([id]), id, 'effects')?.published ?? 0 };
  },

  decide({ published }, { topic, through }, { project }) {
    const event: EffectsPublished = { type: 'effects-published', project, topic, through };
    return accept(through > published ? [event] : [], { topic, through: Math.max(published, through) });
  },
});
