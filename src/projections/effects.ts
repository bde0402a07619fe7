import { effectsId } from '../core/ids.js';
import type { EffectsDocument, EffectsPublished, EffectsReleased, ReleaseCommitted } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `effects:<topic>`: what the dispatcher owes and how far it is. */
export const effects = defineProjection<
  EffectsDocument,
  ReleaseCommitted | EffectsPublished | EffectsReleased
>({
  kind: 'effects',
  touches: (event) => {
    if (event.type === 'release-committed') return [[effectsId(event.effects.topic), event]];
    const known = event.type === 'effects-published' || event.type === 'effects-released';
    return known ? [[effectsId(event.topic), event]] : [];
  },
  apply: (document, event, { position, time }) => {
    const topic = event.type === 'release-committed' ? event.effects.topic : event.topic;
    const before: EffectsDocument = document ?? {
      kind: 'effects',
      topic,
      next: 1,
      published: 0,
      pending: [],
    };
    if (event.type === 'effects-released') {
      return { ...before, released: Math.max(before.released ?? 0, event.through) };
    }
    if (event.type === 'effects-published') {
      const published = Math.max(before.published, event.through);
      const pending = before.pending.filter(({ first, count }) => first + count - 1 > published);
      return { ...before, published, pending };
    }
    const { project, environment, release, entries } = event;
    const { first } = event.effects;
    const count = entries.length;
    const owed = { project, environment, release, position, first, count, time };
    return { ...before, next: first + count, pending: [...before.pending, owed] };
  },
});
