import { byCodeUnit } from '../../core/own.js';
import type { ReleaseCommitted } from '../../core/types.js';

type Policy = Pick<ReleaseCommitted, 'onFailure' | 'allowRecreate' | 'acceptDifferences'>;
type Asked = {
  readonly [Field in keyof Policy]?: Readonly<Policy[Field]> | undefined;
};

/** What was said of a release besides its functions, as its event has it: in order, and nothing that says nothing. */
export function policyOf({ onFailure, allowRecreate = [], acceptDifferences = [] }: Asked): Policy {
  return {
    ...(onFailure === undefined || onFailure === 'continue' ? {} : { onFailure }),
    ...(allowRecreate.length === 0 ? {} : { allowRecreate: [...allowRecreate].sort(byCodeUnit) }),
    ...(acceptDifferences.length === 0 ? {} : { acceptDifferences: [...acceptDifferences].sort(byCodeUnit) }),
  };
}
