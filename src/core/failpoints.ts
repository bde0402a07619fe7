/**
 * The gaps between every two steps of a command's way, by name. A test that ends the process at one of them hits that gap
 * for sure; the service itself does nothing there.
 */
export const FAILPOINTS = [
  /** The journal's one producer is held, no mark is appended. */
  'lease-taken',
  /** The documents are open, a new database is made; no mark is appended. */
  'documents-opened',
  /** The mark was handed to the bus. */
  'mark-appended',
  /** The mark counts and the documents are folded up to it; the pointer may name another database yet. */
  'mark-counted',
  /** The pointer names the folded database. */
  'documents-current',
  /** Commands are about to be received. */
  'consumers-opened',
  /** Commands were received and none is decided. */
  'commands-taken',
  /** A command that goes alone is noted, and not tried. */
  'attempt-noted',
  /** A batch is decided and folded on its layer, and not appended. */
  'batch-decided',
  /** A batch was handed to the bus, which has not answered. */
  'batch-appending',
  /** The bus has stored a batch, which has not come back. */
  'batch-appended',
  /** A batch has come back and counts; nothing of it is stored. */
  'batch-committed',
  /** The documents are stored; neither checkpoint nor reply is. */
  'documents-stored',
  /** The start point of a thousandth position is stored, the checkpoint is not. */
  'index-stored',
  /** The checkpoint is stored. */
  'checkpoint-stored',
  /** Before a reply is sent. */
  'reply-due',
  /** A reply is stored, its command is not acknowledged. */
  'reply-stored',
  /** A dead letter is stored, its command is not acknowledged. */
  'dead-letter-stored',
  /** A command is acknowledged. */
  'acknowledged',
  /** An effect is about to be sent. */
  'effect-due',
  /** An effect is stored, the journal does not say so. */
  'effect-stored',
  /** A router has stored a message where it belongs, and not acknowledged it. */
  'routed',
  /** A cluster has what was deployed, its deployer has not reported it. */
  'deployed',
  /** A deployer's report is stored, the deployments in it are not acknowledged. */
  'result-stored',
  /** A deployment is acknowledged. */
  'deployment-acknowledged',
  /** A term ends: everything decided is stored and answered, that it ended well is not noted. */
  'drained',
  /** That the term ended well is noted; everything is open yet. */
  'end-noted',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

/** Told of each gap as it is passed. */
export type Reach = (point: Failpoint) => void;
