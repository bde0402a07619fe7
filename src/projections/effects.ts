import { effectsId } from '../core/ids.js';
import { settledThrough, withSkipped } from '../core/skipped-numbers.js';
import type {
  EffectsDocument,
  EffectsPublished,
  EffectsReleased,
  EffectsSkipped,
  ReleaseCommitted,
  TaskRequested,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `effects:<topic>`: what the dispatcher owes and how far it is. */
export const effects = defineProjection<
  EffectsDocument,
  ReleaseCommitted | TaskRequested | EffectsPublished | EffectsReleased | EffectsSkipped
>({
  kind: 'effects',
  touches: (event) => {
    if (event.type === 'release-committed' || event.type === 'task-requested')
      return [[effectsId(event.effects.topic), event]];
    const known =
      event.type === 'effects-published' ||
      event.type === 'effects-released' ||
      event.type === 'effects-skipped';
    return known ? [[effectsId(event.topic), event]] : [];
  },
  apply: (document, event, { position, time }) => {
    const topic = 'effects' in event ? event.effects.topic : event.topic;
    const before: EffectsDocument = document ?? {
      kind: 'effects',
      topic,
      next: 1,
      published: 0,
      pending: [],
    };
    switch (event.type) {
      case 'effects-released': {
        const { through } = event;
        const others = (before.releases ?? []).filter((one) => one.through > through);
        const released = Math.max(before.released ?? 0, through);
        return settled({ ...before, released, releases: [...others, { through, position }] });
      }
      case 'effects-published':
        return settled({ ...before, published: Math.max(before.published, event.through) });
      case 'effects-skipped': {
        const pending = before.pending.filter((owed) => !isOf(owed, event));
        return settled({ ...before, pending, skipped: withSkipped(before.skipped ?? [], event) });
      }
      case 'release-committed': {
        const { project, environment, release, entries } = event;
        const { first } = event.effects;
        const count = entries.length;
        const owed = { project, environment, release, position, first, count, time };
        return { ...before, next: first + count, pending: [...before.pending, owed] };
      }
      case 'task-requested': {
        const { project, environment, task, effects: made } = event;
        const { first, count } = made;
        const owed = { project, environment, task, position, first, count, time };
        return { ...before, next: first + count, pending: [...before.pending, owed] };
      }
    }
  },
});

/** What is skipped right behind what is published counts as published: nothing is owed of either any more, and nobody needs to let it out. */
function settled({ skipped = [], releases = [], ...document }: EffectsDocument): EffectsDocument {
  const published = settledThrough(document.published, skipped);
  const pending = document.pending.filter(({ first, count }) => first + count - 1 > published);
  const ahead = skipped.filter(({ through }) => through > published);
  const unused = releases.filter(({ through }) => through > published);
  return {
    ...document,
    published,
    pending,
    ...(unused.length === 0 ? {} : { releases: unused }),
    ...(ahead.length === 0 ? {} : { skipped: ahead }),
  };
}

function isOf(owed: EffectsDocument['pending'][number], event: EffectsSkipped): boolean {
  return (
    'release' in owed &&
    owed.project === event.project &&
    owed.environment === event.environment &&
    owed.release === event.release
  );
}
