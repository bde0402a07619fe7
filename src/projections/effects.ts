import { effectsId } from '../core/ids.js';
import { firstWave } from '../core/release-waves.js';
import { settledThrough, withSkipped } from '../core/skipped-numbers.js';
import type {
  DeploymentsCancelled,
  EffectsDocument,
  EffectsPublished,
  EffectsReleased,
  EffectsSkipped,
  ReleaseCommitted,
  SkippedNumbers,
  TaskRequested,
  WaveStarted,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `effects:<topic>`: what the dispatcher owes and how far it is. */
export const effects = defineProjection<
  EffectsDocument,
  | ReleaseCommitted
  | WaveStarted
  | TaskRequested
  | EffectsPublished
  | EffectsReleased
  | EffectsSkipped
  | DeploymentsCancelled
>({
  kind: 'effects',
  touches: (event) => {
    if ('effects' in event) return [[effectsId(event.effects.topic), event]];
    if (event.type === 'deployments-cancelled')
      return event.numbers.length === 0 ? [] : [[effectsId(event.topic), event]];
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
      case 'effects-skipped':
        return settled(without(before, event));
      case 'deployments-cancelled':
        return settled(event.numbers.reduce(without, before));
      case 'release-committed':
      case 'wave-started': {
        const { project, environment, release } = event;
        const { first } = event.effects;
        const isFirst = event.type === 'release-committed';
        const count = isFirst ? firstWave(event) : event.count;
        const from = isFirst ? {} : { from: event.from };
        const owed = { project, environment, release, position, first, count, ...from, time };
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

/** These numbers are never published. They end with the last one of a wave: nothing of it is owed any more. */
function without(document: EffectsDocument, { first, through }: SkippedNumbers): EffectsDocument {
  const pending = document.pending.filter((owed) => owed.first + owed.count - 1 !== through);
  return { ...document, pending, skipped: withSkipped(document.skipped ?? [], { first, through }) };
}
