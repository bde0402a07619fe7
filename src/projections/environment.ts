import { environmentId } from '../core/ids.js';
import type { EnvironmentDocument, EnvironmentsSet } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** What was set; undefined: removed. */
type Part = EnvironmentsSet['environments'][number] | undefined;

/** `environment:<name>`: the target in force. */
export const environment = defineProjection<EnvironmentDocument, Part>({
  kind: 'environment',
  touches: (event) =>
    event.type === 'environments-set'
      ? [
          ...event.removed.map((name) => [environmentId(name), undefined] as const),
          ...event.environments.map((set) => [environmentId(set.name), set] as const),
        ]
      : [],
  apply: (document, part, { position }) =>
    part === undefined
      ? undefined
      : {
          kind: 'environment',
          environment: part.name,
          order: part.order,
          target: part.target,
          since: document?.target.fingerprint === part.target.fingerprint ? document.since : position,
        },
});
