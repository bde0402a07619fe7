import { object, shape, text, whole } from './shapes.js';

export const JOB = shape('Job');
export const JOB_LIST = shape('JobList');
export const DATABASE_LIST = shape('DatabaseList');
export const DROPPED_DATABASE = shape('DroppedDatabase');

const flag = (description: string): object => ({ type: 'boolean', description });
const KIND = { enum: ['rebuild', 'verify'], description: 'What it does.' };

/** The body of `POST /v1/jobs`, which is checked by it. */
export const JOB_REQUEST = object(
  'What is to be done.',
  {
    kind: {
      enum: ['rebuild', 'verify'],
      description:
        'rebuild: fold the journal into a new database beside the one in use, compare the two, and switch over. verify: read the whole journal and compare every document.',
    },
    fresh: flag('With rebuild: begin anew rather than go on with what a cancelled one has left.'),
    switch: flag('With rebuild: false does not switch over; the next one goes on from there.'),
    heads: {
      type: 'array',
      maxItems: 2_000,
      description:
        'With verify: hashes that records must have, kept where nobody who can write the journal can write.',
      items: object('A head.', {
        position: { type: 'integer', minimum: 1, description: "The record's position." },
        hash: { type: 'string', maxLength: 100, description: 'SHA-256 of its line, base64url.' },
      }),
    },
  },
  ['fresh', 'switch', 'heads'],
);

const COMPARED = object('What came of comparing documents with those folded from the journal.', {
  documents: whole('Documents compared.'),
  differing: whole('How many differ.'),
  differences: { type: 'array', items: shape('DocumentDifference'), description: 'The first of them.' },
  unsettled: whole('Documents that changed each time they were looked at: nothing is said of them.'),
});

/** Shapes of jobs and databases, by name. */
export const JOB_SHAPES: Readonly<Record<string, object>> = {
  JobProgress: object(
    'How far a job is. While the journal is read these are positions; while documents are compared, documents.',
    {
      phase: { enum: ['folding', 'reading', 'comparing', 'switching'], description: 'What it is doing.' },
      done: whole('How far it is.'),
      of: whole('Of how much.'),
      perSecond: whole('How fast it goes.'),
      remainingSeconds: whole('How long it will take at that rate.'),
    },
    ['of', 'remainingSeconds'],
  ),
  Job: object(
    'Something that takes long and is done in the running service. The last few are kept until the process ends.',
    {
      id: text('Its id.'),
      kind: KIND,
      state: { enum: ['running', 'done', 'failed', 'cancelled'], description: 'How it is.' },
      startedAt: { type: 'string', format: 'date-time', description: 'When it began.' },
      endedAt: { type: 'string', format: 'date-time', description: 'When it ended.' },
      progress: shape('JobProgress'),
      report: { oneOf: [shape('RebuildReport'), shape('VerifyReport')], description: 'What came of it.' },
      error: shape('Problem'),
    },
    ['endedAt', 'progress', 'report', 'error'],
  ),
  JobList: object('Jobs, the newest first.', {
    jobs: { type: 'array', items: shape('Job'), description: 'The jobs.' },
  }),
  DocumentDifference: object(
    'A stored document that is not what the journal makes of it.',
    {
      id: text('Its id.'),
      kind: {
        enum: ['missing', 'unexpected', 'other-position', 'other-content'],
        description: 'How it differs.',
      },
      position: whole('The last record that changed it, by the journal; 0: none did.'),
      found: whole('The position that the stored one names.'),
      values: {
        type: 'array',
        description: 'The first values that differ, as JSON, secrets masked.',
        items: object(
          'A value that differs.',
          {
            pointer: text('JSON pointer into the document.'),
            expected: text('What the journal makes of it; absent: nothing.'),
            found: text('What is stored; absent: nothing.'),
          },
          ['expected', 'found'],
        ),
      },
      differing: whole('How many values differ.'),
    },
    ['found', 'values', 'differing'],
  ),
  ComparedDocuments: COMPARED,
  RebuildReport: object(
    'What a rebuild has done.',
    {
      database: text('The database that was folded.'),
      previous: text('The one that was in use when it began. It stays until it is dropped.'),
      from: whole('The position that the fold began behind.'),
      position: whole('The last position that it folded.'),
      compared: shape('ComparedDocuments'),
      switched: flag('True if the database is the current one now.'),
    },
    ['previous', 'compared'],
  ),
  JournalFault: object(
    'Something in the journal that the service did not write so.',
    {
      kind: {
        enum: [
          'changed',
          'removed',
          'inserted',
          'reordered',
          'other-hash',
          'time',
          'effects',
          'schema',
          'unfoldable',
        ],
        description: 'What it is.',
      },
      position: whole('The first position concerned; where only a mark is, the position before it.'),
      through: whole('The last one, where there are several.'),
      messageId: text('The message in which it was noticed.'),
      detail: text('In words.'),
    },
    ['through', 'messageId'],
  ),
  VerifyReport: object(
    'What a verification has found.',
    {
      clean: flag('True if nothing is wrong.'),
      position: whole('The last position of the journal.'),
      messages: whole('Messages read.'),
      terms: whole('Terms of writers.'),
      voids: whole('Messages of records that count for nothing, as the service may leave them.'),
      faulty: whole('How many things are wrong with the journal.'),
      faults: { type: 'array', items: shape('JournalFault'), description: 'The first of them.' },
      database: text('The database in use.'),
      compared: shape('ComparedDocuments'),
      notCompared: text('Why its documents were not compared.'),
    },
    ['database', 'compared', 'notCompared'],
  ),
  Database: object(
    'A database of documents.',
    {
      name: text('Its name.'),
      state: {
        enum: ['current', 'former', 'rebuild', 'unfinished'],
        description:
          'current: in use. former: was in use. rebuild: a rebuild writes there or goes on with it. unfinished: a fold of a starting writer.',
      },
      position: whole('The position that its documents have reached.'),
      fold: whole('Which fold made them.'),
      startedAt: { type: 'string', format: 'date-time', description: 'When its rebuild began.' },
    },
    ['fold', 'startedAt'],
  ),
  DatabaseList: object('The databases of documents.', {
    databases: { type: 'array', items: shape('Database'), description: 'In the order of their names.' },
  }),
  DroppedDatabase: object('A database that is gone.', { dropped: text('Its name.') }),
};
