// Made by `npm run gen` from schemas/. Never edited by hand.

/** Every schema of schemas/ by its $id. */
export const schemas = {
  'allow-artifact.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'allow-artifact.json',
    title: 'AllowArtifactParams',
    type: 'object',
    description: 'Lets a rejected package be deployed again.',
    properties: {
      sha256: {
        type: 'string',
        pattern: '^(?:[0-9a-f]{64}|[A-Za-z0-9_-]{43})$',
        description: "The package's SHA-256: 64 hex digits, or base64url as releases name it.",
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['sha256'],
    additionalProperties: false,
    examples: [
      {
        sha256: 'abababababababababababababababababababababababababababababababab',
        note: 'it was the broker',
      },
    ],
  },
  'allow-release.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'allow-release.json',
    title: 'AllowReleaseParams',
    type: 'object',
    description: 'Lets the contents of a rejected release be committed and returned to again.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['environment', 'release'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        release: 7,
      },
    ],
  },
  'approve.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'approve.json',
    title: 'ApproveParams',
    type: 'object',
    description: 'Approves what somebody asked to commit.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      contentHash: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description:
          "The hash of what was looked at, as the approval's document shows it: nobody approves what he has not seen.",
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['environment', 'contentHash'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        contentHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      },
      {
        environment: 'prod',
        stageSet: 'main',
        contentHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
        note: 'looked at the plan',
      },
    ],
  },
  'cancel-deployment.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'cancel-deployment.json',
    title: 'CancelDeploymentParams',
    type: 'object',
    description:
      'Ends a release: whatever of it has no outcome is cancelled. What a deployer has begun already is told with its true outcome all the same.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['environment', 'release', 'reason'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        release: 3,
        reason: 'the new schema is wrong',
      },
    ],
  },
  'check-drift-on-schedule.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'check-drift-on-schedule.json',
    title: 'CheckDriftOnScheduleParams',
    type: 'object',
    description: 'The same on schedule: deployers send it, once for each project and period.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      repair: {
        type: 'boolean',
        description:
          'Deploy what was deployed last again where something else runs, as a release of kind repair; not while a release of the project is open there.',
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        repair: false,
      },
    ],
  },
  'check-drift.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'check-drift.json',
    title: 'CheckDriftParams',
    type: 'object',
    description:
      'Asks a deployer whether what runs in an environment is what was deployed last; the answer is in drift:<project>:<environment>, and for each function that differs in drifted:<project>:<environment>:<function>.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      names: {
        type: 'array',
        description:
          'Which functions; all of the project by default. The answer for some is in the task only, and in their own documents.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      repair: {
        type: 'boolean',
        description:
          'Deploy what was deployed last again where something else runs, as a release of kind repair; not while a release of the project is open there.',
      },
      packages: {
        type: 'boolean',
        description: 'Compare packages too, as far as the cluster gives them back: each is downloaded.',
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
      },
      {
        environment: 'prod',
        names: ['public/default/enrich'],
        packages: true,
      },
    ],
  },
  'commit-staged.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'commit-staged.json',
    title: 'CommitStagedParams',
    type: 'object',
    description:
      'Makes the next release of an environment out of staged entries. One command per environment: commit-staged-to-<environment>.',
    properties: {
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      names: {
        type: 'array',
        description: 'Which entries; all by default.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      force: {
        type: 'boolean',
        description: 'Commit although another release has changed a function since it was staged.',
      },
      onFailure: {
        $ref: 'common.json#/definitions/OnFailure',
      },
      allowRecreate: {
        type: 'array',
        description:
          'Functions of this commit that may be deleted and created anew where Pulsar leaves no other way.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
      },
      acceptDifferences: {
        type: 'array',
        description:
          'Functions of this commit whose proof in the environment before counts although the read-back there differed from what was asked.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: [],
    additionalProperties: false,
    examples: [
      {},
      {
        stageSet: 'main',
        names: ['public/default/enrich'],
        note: 'hotfix',
      },
      {
        onFailure: 'stop',
        allowRecreate: ['public/default/enrich'],
      },
      {
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'create-api-token.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'create-api-token.json',
    title: 'CreateApiTokenParams',
    type: 'object',
    description:
      'Makes an API token known: whoever sends it over HTTP is taken for it. `stageline token create` makes the token and sends its hash.',
    properties: {
      name: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: "The token's name; it is never used again, since records name it.",
      },
      hash: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description: 'SHA-256 of the whole token (hex): the token itself is sent nowhere but by its bearer.',
      },
      roles: {
        type: 'array',
        description: 'Roles that it has.',
        minItems: 1,
        maxItems: 7,
        items: {
          type: 'string',
          enum: ['viewer', 'developer', 'approver', 'operator', 'service', 'admin', 'overrider'],
          description: 'A role.',
        },
      },
      projects: {
        type: 'array',
        description: 'Projects that it may act in and read; absent: all.',
        minItems: 1,
        maxItems: 100,
        items: {
          $ref: 'common.json#/definitions/ProjectName',
        },
      },
      expiresAt: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Timestamp',
          },
        ],
        description: 'It is good until then.',
      },
      owner: {
        type: 'string',
        pattern: '^[\\x21-\\x7e]{1,200}$',
        description:
          'The person it is made for, by the name that the identity check finds; absent: whoever makes it. Where four eyes are asked for, both count as the token.',
      },
      note: {
        type: 'string',
        maxLength: 1000,
        description: 'What it is for.',
      },
    },
    required: ['name', 'hash', 'roles', 'expiresAt'],
    additionalProperties: false,
    examples: [
      {
        name: 'nightly-build',
        hash: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
        roles: ['developer'],
        projects: ['pricing'],
        expiresAt: '2027-06-01T00:00:00.000Z',
        owner: 'alice@example.com',
        note: 'Stages what the nightly build made.',
      },
    ],
  },
  'delete-webhook-subscriptions.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'delete-webhook-subscriptions.json',
    title: 'DeleteWebhookSubscriptionsParams',
    type: 'object',
    description:
      'Ends the pushing of a topic. Its subscriptions stay on the bus, and keep what comes, until they are ended there.',
    properties: {
      topic: {
        type: 'string',
        pattern:
          '^(persistent|non-persistent)://[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,200}$',
        description: 'The topic that is pushed, by its full name.',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['topic'],
    additionalProperties: false,
    examples: [
      {
        topic: 'persistent://ops/stageline/replies',
        reason: 'The release board reads the stream now.',
      },
    ],
  },
  'freeze.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'freeze.json',
    title: 'FreezeParams',
    type: 'object',
    description:
      'Freezes an environment: nothing is committed, rolled back, retried, resumed, started, stopped, restarted or repaired there, by nobody, until it is unfrozen or the time has come.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
      until: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Timestamp',
          },
        ],
        description: 'Ends by itself then.',
      },
    },
    required: ['environment', 'reason'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        reason: 'quarter end',
      },
      {
        environment: 'prod',
        reason: 'quarter end',
        until: '2099-01-02T08:00:00Z',
      },
    ],
  },
  'get-all-data.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'get-all-data.json',
    title: 'GetAllDataParams',
    type: 'object',
    description: "Reads the project's documents, page by page.",
    properties: {
      prefix: {
        type: 'string',
        description: 'Only documents whose id starts so.',
        maxLength: 600,
      },
      limit: {
        type: 'integer',
        minimum: 1,
        description: 'At most so many documents a page.',
        maximum: 5000,
      },
      cursor: {
        type: 'string',
        description: 'The cursor of the page before.',
        maxLength: 2000,
      },
    },
    required: [],
    additionalProperties: false,
    examples: [
      {},
      {
        prefix: 'release:',
      },
    ],
  },
  'get-audit-log.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'get-audit-log.json',
    title: 'GetAuditLogParams',
    type: 'object',
    description:
      'Reads the audit log, page by page: who asked for what, when, and how it ended. Rejected, denied and failed commands are in it, with the reason; queries and dry runs are not.',
    properties: {
      actor: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'Only what this caller asked for.',
      },
      command: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'Only commands of this name.',
      },
      allProjects: {
        type: 'boolean',
        description:
          "Every project, and what the service recorded on its own account; otherwise the command's project.",
      },
      entity: {
        type: 'string',
        minLength: 1,
        maxLength: 600,
        description:
          'Only what touched this: the id of a function, stage set, release or environment, or a function as tenant/namespace/name. A record that touched more functions than it lists is shown for any function, since it may have touched it.',
      },
      outcome: {
        type: 'string',
        enum: ['ok', 'rejected', 'denied', 'failed'],
        description: 'Only what ended so.',
      },
      code: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'Only what was refused with this code.',
      },
      since: {
        type: 'string',
        format: 'date-time',
        description: 'Only what was recorded at this time or later, ISO 8601.',
      },
      until: {
        type: 'string',
        format: 'date-time',
        description: 'Only what was recorded before this time, ISO 8601.',
      },
      after: {
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991,
        description: 'Only positions above this one.',
      },
      before: {
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991,
        description: 'Only positions below this one.',
      },
      order: {
        type: 'string',
        enum: ['newest', 'oldest'],
        description: 'What comes first; the newest where nothing is said.',
      },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        description:
          'At most so many entries a page; 100 where nothing is said. A page may hold fewer, even none, and still name a cursor: it looks at a bounded number of records.',
      },
      cursor: {
        type: 'string',
        maxLength: 500,
        description: 'The cursor of the page before, with the same filters.',
      },
      overrides: {
        type: 'boolean',
        description: 'True: only what somebody overrode a freeze, a missing approval or an old plan for.',
      },
    },
    required: [],
    additionalProperties: false,
    examples: [
      {},
      {
        entity: 'public/default/enrich',
        outcome: 'rejected',
      },
      {
        allProjects: true,
        command: 'rollback',
        since: '2026-01-01T00:00:00Z',
        until: '2026-02-01T00:00:00Z',
        order: 'oldest',
        limit: 1000,
      },
    ],
  },
  'get-changes.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'get-changes.json',
    title: 'GetChangesParams',
    type: 'object',
    description:
      "Reads what changed in the project's documents between two places of the journal, by document and JSON pointer, page by page. Takes as long as the journal is read.",
    properties: {
      from: {
        type: ['integer', 'string'],
        minimum: 0,
        maximum: 9007199254740991,
        format: 'date-time',
        description: 'A position, or a time (ISO 8601): what changed behind it.',
      },
      to: {
        type: ['integer', 'string'],
        minimum: 0,
        maximum: 9007199254740991,
        format: 'date-time',
        description: 'A position, or a time: what changed up to it; up to now where nothing is said.',
      },
      prefix: {
        type: 'string',
        description:
          'Only documents whose id starts so; as with get-all-data, project:, proof: and content: are shown only with it.',
        maxLength: 600,
      },
      limit: {
        type: 'integer',
        minimum: 1,
        description: 'At most so many documents a page; 500 where nothing is said.',
        maximum: 5000,
      },
      cursor: {
        type: 'string',
        description: 'The cursor of the page before, with the same parameters.',
        maxLength: 2000,
      },
    },
    required: ['from'],
    additionalProperties: false,
    examples: [
      {
        from: 100,
        to: 120,
      },
      {
        from: '2026-01-31T12:00:00Z',
        prefix: 'release:',
      },
    ],
  },
  'get-state-at.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'get-state-at.json',
    title: 'GetStateAtParams',
    type: 'object',
    description:
      "Reads the project's documents as they stood at a position or a time, page by page, out of the journal alone. Takes as long as the journal is read.",
    properties: {
      position: {
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991,
        description: 'As they stood behind this position; 0 is the beginning. Either this or a time.',
      },
      time: {
        type: 'string',
        format: 'date-time',
        description:
          'As they stood behind the last record at or before this time, ISO 8601. Either this or a position.',
      },
      prefix: {
        type: 'string',
        description:
          'Only documents whose id starts so; as with get-all-data, project:, proof: and content: are shown only with it.',
        maxLength: 600,
      },
      limit: {
        type: 'integer',
        minimum: 1,
        description: 'At most so many documents a page; 500 where nothing is said.',
        maximum: 5000,
      },
      cursor: {
        type: 'string',
        description: 'The cursor of the page before, with the same parameters.',
        maxLength: 2000,
      },
    },
    required: [],
    additionalProperties: false,
    examples: [
      {
        position: 120,
      },
      {
        time: '2026-01-31T12:00:00Z',
        prefix: 'function:',
      },
    ],
  },
  'import-deployed.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'import-deployed.json',
    title: 'ImportDeployedParams',
    type: 'object',
    description:
      "Adopts what runs already: every function, source and sink of a tenant, or of one of its namespaces, becomes a function of the command's project with its config and, where the cluster gives its package back, that one's digest. Nothing is changed in the cluster.",
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      tenant: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.=-]{0,127}$',
        description: 'Whose.',
      },
      namespace: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.=-]{0,127}$',
        description: 'Only this namespace of the tenant.',
      },
      names: {
        type: 'array',
        description: 'Only these.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
    },
    required: ['environment', 'tenant'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        tenant: 'public',
      },
      {
        environment: 'prod',
        tenant: 'public',
        namespace: 'default',
        names: ['public/default/enrich'],
      },
    ],
  },
  'add-environments.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'add-environments.json',
    title: 'AddEnvironmentsParams',
    type: 'object',
    description:
      'What the writer appends at the start of a term: environments that its configuration has and the documents have not. Not on the whitelist.',
    properties: {
      environments: {
        type: 'array',
        description:
          'The configured environments in promotion order; those that are in force already only show where the new ones belong.',
        items: {
          $ref: '#/definitions/NewEnvironment',
        },
        minItems: 1,
        maxItems: 20,
      },
    },
    required: ['environments'],
    additionalProperties: false,
    definitions: {
      NewEnvironment: {
        title: 'NewEnvironment',
        type: 'object',
        description: 'One environment.',
        properties: {
          name: {
            $ref: 'common.json#/definitions/EnvironmentName',
          },
          target: {
            $ref: 'common.json#/definitions/Target',
          },
          approvals: {
            $ref: 'common.json#/definitions/ApprovalPolicyInForce',
          },
        },
        required: ['name', 'target'],
        additionalProperties: false,
      },
    },
    examples: [
      {
        environments: [
          {
            name: 'test',
            target: {
              kind: 'sandbox',
              fingerprint: '2Gk0Wq7mPzQvX1bT',
            },
          },
        ],
      },
    ],
  },
  'note-effects-published.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'note-effects-published.json',
    title: 'NoteEffectsPublishedParams',
    type: 'object',
    description:
      'What the writer notes for itself: how far the effects of a topic are published. Not on the whitelist.',
    properties: {
      topic: {
        type: 'string',
        description: 'The topic.',
        minLength: 1,
      },
      through: {
        type: 'integer',
        minimum: 0,
        description: 'Every number up to this one is stored there.',
      },
    },
    required: ['topic', 'through'],
    additionalProperties: false,
    examples: [
      {
        topic: 'persistent://ops/deployment/pre-deployment-configs-output',
        through: 12,
      },
    ],
  },
  'merge-stage-sets.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'merge-stage-sets.json',
    title: 'MergeStageSetsParams',
    type: 'object',
    description: 'Moves the entries of stage sets into another one and closes them.',
    properties: {
      from: {
        type: 'array',
        description: 'The sets to empty, in order.',
        items: {
          $ref: 'common.json#/definitions/StageSetName',
        },
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
      },
      into: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      onConflict: {
        type: 'string',
        enum: ['reject', 'ours', 'theirs'],
        default: 'reject',
        description:
          'What happens where two sets hold different changes of one function: refuse, keep the entry of `into`, or take that of the last of `from`.',
      },
    },
    required: ['from', 'into'],
    additionalProperties: false,
    examples: [
      {
        from: ['team-a', 'team-b'],
        into: 'main',
      },
    ],
  },
  'plan-rollback.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'plan-rollback.json',
    title: 'PlanRollbackParams',
    type: 'object',
    description:
      'Asks a deployer what a rollback would do, and what it cannot put back; the answer is in plan:<project>:<environment>:rollback-to-<release>.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      toRelease: {
        type: 'integer',
        minimum: 1,
        description: 'The release to return to; by default the succeeded one before the newest.',
      },
      names: {
        type: 'array',
        description: 'Only these functions.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      prune: {
        type: 'boolean',
        description: 'Delete functions that did not exist then.',
      },
      allowRecreate: {
        type: 'array',
        description: 'Functions that may be deleted and created anew: the plan says what that would be.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
      },
      {
        environment: 'prod',
        toRelease: 4,
      },
    ],
  },
  'plan.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'plan.json',
    title: 'PlanParams',
    type: 'object',
    description:
      'Asks a deployer what a commit of staged entries would do to an environment; the answer is in plan:<project>:<environment>:<stage set>.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      names: {
        type: 'array',
        description: 'Which entries; all by default.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      allowRecreate: {
        type: 'array',
        description:
          'Functions that may be deleted and created anew where Pulsar leaves no other way: the plan says what that would be, as a commit that allows it would do it.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
      },
      {
        environment: 'prod',
        stageSet: 'main',
        names: ['public/default/enrich'],
      },
    ],
  },
  'record-deployment.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'record-deployment.json',
    title: 'RecordDeploymentParams',
    type: 'object',
    description: 'What a deployer reports.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      results: {
        type: 'array',
        description: 'Outcomes by function.',
        items: {
          $ref: '#/definitions/DeploymentResult',
        },
        minItems: 1,
        maxItems: 1000,
      },
    },
    required: ['environment', 'release', 'results'],
    additionalProperties: false,
    definitions: {
      DeploymentResult: {
        title: 'DeploymentResult',
        type: 'object',
        description: "One function's outcome.",
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          outcome: {
            $ref: 'common.json#/definitions/Outcome',
          },
          answer: {
            $ref: 'common.json#/definitions/ServerAnswer',
          },
          packageSha256: {
            type: 'string',
            description: 'SHA-256 of the package that was sent (hex).',
            pattern: '^[0-9a-f]{64}$',
          },
          finishedAt: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          differences: {
            type: 'array',
            maxItems: 50,
            description:
              'For deployed-with-differences: the fields whose read-back differs from what was asked.',
            items: {
              $ref: 'common.json#/definitions/FieldChange',
            },
          },
          stopped: {
            type: 'boolean',
            description: 'The function is stopped, and was left so.',
          },
          created: {
            type: 'boolean',
            description: 'The function was not there before, and this deployment created it.',
          },
        },
        required: ['function', 'outcome'],
        additionalProperties: false,
      },
    },
    examples: [
      {
        environment: 'test',
        release: 1,
        results: [
          {
            function: 'public/default/enrich',
            outcome: 'deployed',
            answer: {
              status: 204,
            },
          },
        ],
      },
    ],
  },
  'record-drift.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'record-drift.json',
    title: 'RecordDriftParams',
    type: 'object',
    description:
      'What a deployer has found of drift, in parts that fit into a command; they are sent in order.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      run: {
        $ref: 'common.json#/definitions/Hash',
      },
      part: {
        type: 'integer',
        minimum: 0,
        description: 'Which part, from 0. The first one of another run begins anew.',
      },
      parts: {
        type: 'integer',
        minimum: 1,
        description: 'How many there are.',
      },
      checked: {
        type: 'integer',
        minimum: 0,
        description: 'Functions compared, over all parts.',
      },
      functions: {
        type: 'array',
        description: 'Those that differ, by function name, ascending.',
        items: {
          $ref: 'drift-document.json#/definitions/FunctionDrift',
        },
        maxItems: 5000,
      },
    },
    required: ['environment', 'task', 'run', 'part', 'parts', 'checked', 'functions'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
        run: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
        part: 0,
        parts: 1,
        checked: 3,
        functions: [
          {
            function: 'public/default/enrich',
            workload: 'function',
            contentHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
            state: 'drifted',
            changes: [
              {
                field: '/parallelism',
                class: 'update',
                detail: 'parallelism changes',
              },
            ],
          },
        ],
      },
    ],
  },
  'record-import.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'record-import.json',
    title: 'RecordImportParams',
    type: 'object',
    description:
      'What a deployer has found to be adopted, in parts that fit into a command; they are sent in order.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      run: {
        $ref: 'common.json#/definitions/Hash',
      },
      part: {
        type: 'integer',
        minimum: 0,
        description: 'Which part, from 0. The first one of another run begins anew.',
      },
      parts: {
        type: 'integer',
        minimum: 1,
        description: 'How many there are.',
      },
      functions: {
        type: 'array',
        description: 'What runs, by function name, ascending.',
        items: {
          title: 'FoundFunction',
          type: 'object',
          description: 'A function as it was found.',
          properties: {
            config: {
              type: 'object',
              description: 'Its config, as it would be staged.',
              additionalProperties: true,
            },
            packageSha256: {
              type: 'string',
              pattern: '^[0-9a-f]{64}$',
              description: 'Digest of its package (hex); absent where the cluster does not give it back.',
            },
          },
          required: ['config'],
          additionalProperties: false,
        },
        maxItems: 5000,
      },
      leftOut: {
        type: 'array',
        description: 'What was not taken over, and why.',
        items: {
          $ref: 'functions-imported.json#/definitions/LeftOut',
        },
        maxItems: 5000,
      },
    },
    required: ['environment', 'task', 'run', 'part', 'parts', 'functions', 'leftOut'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
        run: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
        part: 0,
        parts: 1,
        functions: [
          {
            config: {
              type: 'function',
              tenant: 'public',
              namespace: 'default',
              name: 'enrich',
              artifactPathOrUrl: 'function://public/default/enrich@0',
              runtime: 'JAVA',
              className: 'org.example.Enrich',
              inputSpecs: {
                'persistent://public/default/in': {},
              },
            },
            packageSha256: 'f312d666ed5e47c4ea5f8b03bb9cf4d04f4ed704b879c380c00d164132d0a465',
          },
        ],
        leftOut: [],
      },
    ],
  },
  'record-plan.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'record-plan.json',
    title: 'RecordPlanParams',
    type: 'object',
    description: 'What a deployer has planned, in parts that fit into a command; they are sent in order.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      contentHash: {
        $ref: 'common.json#/definitions/Hash',
      },
      run: {
        $ref: 'common.json#/definitions/Hash',
      },
      part: {
        type: 'integer',
        minimum: 0,
        description: 'Which part, from 0. The first one of another run begins anew.',
      },
      parts: {
        type: 'integer',
        minimum: 1,
        description: 'How many there are.',
      },
      functions: {
        type: 'array',
        description: 'By function name, ascending.',
        items: {
          $ref: 'common.json#/definitions/FunctionPlan',
        },
        maxItems: 5000,
      },
    },
    required: ['environment', 'task', 'stageSet', 'contentHash', 'run', 'part', 'parts', 'functions'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
        stageSet: 'main',
        contentHash: 'RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o',
        run: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
        part: 0,
        parts: 1,
        functions: [
          {
            function: 'public/default/enrich',
            workload: 'function',
            contentHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
            operation: 'update',
            changes: [
              {
                field: '/parallelism',
                class: 'update',
                detail: 'parallelism changes',
              },
            ],
            restarts: true,
            package: 'kept',
            notices: [],
          },
        ],
      },
    ],
  },
  'record-task.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'record-task.json',
    title: 'RecordTaskParams',
    type: 'object',
    description: 'What a deployer reports of a task: outcomes by function, or the end of the whole.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      results: {
        type: 'array',
        description: 'Outcomes by function.',
        items: {
          $ref: 'task-message.json#/definitions/TaskResult',
        },
        minItems: 1,
        maxItems: 500,
      },
      end: {
        type: 'string',
        enum: ['done', 'failed'],
        description: 'The whole task is over.',
      },
      code: {
        type: 'string',
        maxLength: 100,
        description: 'Why it failed: a code of docs/errors.md.',
      },
      reason: {
        type: 'string',
        maxLength: 2000,
        description: 'The same in words.',
      },
    },
    required: ['environment', 'task'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
        results: [
          {
            function: 'public/default/enrich',
            outcome: 'done',
            answer: {
              status: 204,
            },
          },
        ],
      },
      {
        environment: 'test',
        task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
        end: 'failed',
        code: 'CLUSTER_UNREACHABLE',
        reason: 'connect ECONNREFUSED',
      },
    ],
  },
  'reject-artifact.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'reject-artifact.json',
    title: 'RejectArtifactParams',
    type: 'object',
    description:
      'Says that a package is bad: it is not committed, not returned to and not deployed, in any project.',
    properties: {
      sha256: {
        type: 'string',
        pattern: '^(?:[0-9a-f]{64}|[A-Za-z0-9_-]{43})$',
        description: "The package's SHA-256: 64 hex digits, or base64url as releases name it.",
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['sha256', 'reason'],
    additionalProperties: false,
    examples: [
      {
        sha256: 'abababababababababababababababababababababababababababababababab',
        reason: 'leaks connections',
      },
    ],
  },
  'reject-release.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'reject-release.json',
    title: 'RejectReleaseParams',
    type: 'object',
    description: 'Says that a release is bad: its contents are not committed anywhere and not returned to.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['environment', 'release', 'reason'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        release: 7,
        reason: 'loses orders',
      },
    ],
  },
  'reject.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'reject.json',
    title: 'RejectParams',
    type: 'object',
    description: 'Rejects what somebody asked to commit, also where others approved it already.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['environment', 'reason'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        reason: 'not before the holiday',
      },
    ],
  },
  'release-effects.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'release-effects.json',
    title: 'ReleaseEffectsParams',
    type: 'object',
    description: 'Lets deployments out that the dispatcher holds, up to those of the named release.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release; what is held before it goes along.',
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment', 'release'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        release: 7,
      },
    ],
  },
  'request-approval.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'request-approval.json',
    title: 'RequestApprovalParams',
    type: 'object',
    description:
      'Asks others to approve the commit of staged entries to an environment that requires it. The newest complete plan has to be of exactly these entries.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      names: {
        type: 'array',
        description: 'Which entries; all by default. The commit has to name the same.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      acceptDifferences: {
        type: 'array',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        description:
          'Functions whose proof the commit may count although their read-back differed; part of what is approved.',
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      force: {
        type: 'boolean',
        description:
          'The commit may put aside that another release has changed a function since; part of what is approved.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
      },
      {
        environment: 'prod',
        stageSet: 'main',
        names: ['public/default/enrich'],
        note: 'ticket 4711',
      },
    ],
  },
  'restart-functions.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'restart-functions.json',
    title: 'RestartFunctionsParams',
    type: 'object',
    description: 'Restarts functions, sources or sinks that the project has in an environment.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      names: {
        type: 'array',
        description: 'Which ones.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 500,
        uniqueItems: true,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment', 'names'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        names: ['public/default/enrich'],
      },
      {
        environment: 'test',
        names: ['public/default/enrich'],
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'resume-deployment.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'resume-deployment.json',
    title: 'ResumeDeploymentParams',
    type: 'object',
    description: 'Lets the next wave of a release begin that is held because a function failed.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment', 'release'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        release: 3,
        note: 'the failed one is not needed by the others',
      },
      {
        environment: 'prod',
        release: 3,
        note: 'the failed one is not needed by the others',
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'retry-deployment.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'retry-deployment.json',
    title: 'RetryDeploymentParams',
    type: 'object',
    description:
      'Makes a new release of the functions that failed in an earlier one, with the same contents.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      includeCancelled: {
        type: 'boolean',
        description: 'Those that were cancelled or skipped too.',
      },
      onFailure: {
        $ref: 'common.json#/definitions/OnFailure',
      },
      allowRecreate: {
        type: 'array',
        description:
          'Functions that may be deleted and created anew where Pulsar leaves no other way, besides those that might in that release.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment', 'release'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        release: 7,
      },
      {
        environment: 'prod',
        release: 3,
        includeCancelled: true,
        note: 'the cluster is back',
      },
      {
        environment: 'test',
        release: 7,
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'revoke-api-token.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'revoke-api-token.json',
    title: 'RevokeApiTokenParams',
    type: 'object',
    description: 'Ends an API token: it is refused from then on.',
    properties: {
      name: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: "The token's name; it is never used again, since records name it.",
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['name'],
    additionalProperties: false,
    examples: [
      {
        name: 'nightly-build',
        reason: 'It stood in a build log.',
      },
    ],
  },
  'rollback.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'rollback.json',
    title: 'RollbackParams',
    type: 'object',
    description: 'Makes a new release that puts functions back to what an earlier release left.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      toRelease: {
        type: 'integer',
        minimum: 1,
        description: 'The release to return to; by default the succeeded one before the newest.',
      },
      names: {
        type: 'array',
        description: 'Only these functions.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      prune: {
        type: 'boolean',
        description: 'Delete functions that did not exist then.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      allowRecreate: {
        type: 'array',
        description: 'Functions that may be deleted and created anew where Pulsar leaves no other way.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
      },
      {
        environment: 'prod',
        toRelease: 4,
        prune: true,
      },
      {
        environment: 'test',
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'set-environments.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'set-environments.json',
    title: 'SetEnvironmentsParams',
    type: 'object',
    description:
      'Takes the environments as given into force: adds, changes and removes targets. Removing needs that no function is deployed there.',
    properties: {
      environments: {
        type: 'array',
        description: 'All environments in promotion order.',
        items: {
          $ref: '#/definitions/EnvironmentSetting',
        },
        minItems: 1,
        maxItems: 20,
      },
    },
    required: ['environments'],
    additionalProperties: false,
    definitions: {
      EnvironmentSetting: {
        title: 'EnvironmentSetting',
        type: 'object',
        description: 'One environment.',
        properties: {
          name: {
            $ref: 'common.json#/definitions/EnvironmentName',
          },
          adminUrl: {
            type: 'string',
            description: 'Base URL of the REST Admin API; without it the sandbox.',
            format: 'uri',
            maxLength: 2048,
          },
          approvals: {
            $ref: 'common.json#/definitions/ApprovalPolicy',
          },
        },
        required: ['name'],
        additionalProperties: false,
      },
    },
    examples: [
      {
        environments: [
          {
            name: 'test',
          },
          {
            name: 'prod',
            adminUrl: 'https://pulsar.example.com',
          },
        ],
      },
      {
        environments: [
          {
            name: 'test',
          },
          {
            name: 'prod',
            adminUrl: 'https://pulsar.example.com',
            approvals: {
              required: 2,
              fourEyes: true,
              planMaxAgeMinutes: 30,
            },
          },
        ],
      },
    ],
  },
  'set-webhook-subscriptions.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'set-webhook-subscriptions.json',
    title: 'SetWebhookSubscriptionsParams',
    type: 'object',
    description:
      "Has a topic's messages posted to URLs, each request signed. It replaces what the topic had; `POST /v2/topic` sends it.",
    properties: {
      topic: {
        type: 'string',
        pattern:
          '^(persistent|non-persistent)://[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,200}$',
        description: 'The topic that is pushed, by its full name.',
      },
      webhooks: {
        type: 'array',
        description: "Receivers of the topic's messages.",
        minItems: 1,
        maxItems: 20,
        items: {
          type: 'object',
          description: 'One receiver.',
          properties: {
            url: {
              type: 'string',
              pattern: '^https?://[\\x21-\\x7e]{1,2000}$',
              description:
                'Where each message is posted to. https and a public address, unless STAGELINE_WEBHOOK_URL_ALLOW names it.',
            },
            subscription: {
              type: 'string',
              pattern: '^[\\x21-\\x2e\\x30-\\x7e]{5,200}$',
              description: 'The subscription that remembers what was delivered.',
            },
            type: {
              type: 'string',
              enum: ['exclusive', 'shared', 'failover', 'keyshared'],
              description:
                'How several receivers share the subscription. Only shared is delivered to in parallel.',
            },
            initialPosition: {
              type: 'string',
              enum: ['latest', 'earliest'],
              description: 'Where a new subscription starts.',
            },
            headers: {
              type: 'object',
              description:
                'Headers that each request carries besides. No credentials: they would be kept for ever; a receiver knows Stageline by its signature.',
              maxProperties: 20,
              propertyNames: {
                pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,99}$',
              },
              additionalProperties: {
                type: 'string',
                pattern: '^[\\x20-\\x7e]{0,1000}$',
                description: "A header's value.",
              },
            },
            askedBy: {
              type: 'string',
              pattern: '^[\\x21-\\x7e]{1,200}$',
              description: "On the topic of replies: only the answers to this caller's commands.",
            },
            active: {
              type: 'boolean',
              description: 'False: nothing is delivered, and the subscription keeps what comes.',
            },
          },
          required: ['url', 'subscription'],
          additionalProperties: false,
        },
      },
      note: {
        type: 'string',
        maxLength: 1000,
        description: 'What it is for.',
      },
    },
    required: ['topic', 'webhooks'],
    additionalProperties: false,
    examples: [
      {
        topic: 'persistent://ops/stageline/replies',
        webhooks: [
          {
            url: 'https://hooks.example.com/stageline',
            subscription: 'release-board',
            askedBy: 'token:nightly',
          },
        ],
        note: 'Outcomes of the nightly build.',
      },
    ],
  },
  'skip-effects.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'skip-effects.json',
    title: 'SkipEffectsParams',
    type: 'object',
    description:
      'Gives up deployments that have not left yet: what the named release still owes is never published. What has left stays.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release; others, before it or behind it, are not concerned.',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['environment', 'release', 'reason'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        release: 7,
        reason: 'a newer build replaces it',
      },
    ],
  },
  'stage-configs.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'stage-configs.json',
    title: 'StageConfigsParams',
    type: 'object',
    description: 'Adds or replaces entries of a stage set. All or nothing.',
    properties: {
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      configs: {
        type: 'array',
        description:
          'Function, source and sink configs to deploy; with `remove` at most as many as STAGELINE_MAX_CONFIGS.',
        items: {
          type: 'object',
          additionalProperties: true,
          description: 'A config by the schema of its type: `type` is function, source or sink.',
        },
      },
      remove: {
        type: 'array',
        description: 'Functions whose deletion is staged.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        maxItems: 5000,
        uniqueItems: true,
      },
      allowLiterals: {
        $ref: 'common.json#/definitions/AllowedLiterals',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: [],
    additionalProperties: false,
    examples: [
      {
        configs: [
          {
            type: 'function',
            artifactPathOrUrl: '/srv/artifacts/enrich.py',
            tenant: 'public',
            namespace: 'default',
            name: 'enrich',
            className: 'enrich.Enrich',
            inputs: ['orders'],
            output: 'orders-enriched',
          },
        ],
      },
      {
        stageSet: 'cleanup',
        remove: ['public/default/enrich'],
        note: 'no longer used',
      },
      {
        configs: [
          {
            type: 'function',
            artifactPathOrUrl: '/srv/artifacts/enrich.py',
            tenant: 'public',
            namespace: 'default',
            name: 'enrich',
            className: 'enrich.Enrich',
            inputs: ['orders'],
            userConfig: {
              tokenAlphabet: 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789',
            },
          },
        ],
        allowLiterals: [
          {
            function: 'public/default/enrich',
            pointer: '/userConfig/tokenAlphabet',
            reason: 'the letters that tokens are made of, no token',
          },
        ],
      },
    ],
  },
  'start-functions.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'start-functions.json',
    title: 'StartFunctionsParams',
    type: 'object',
    description: 'Starts functions, sources or sinks that the project has in an environment.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      names: {
        type: 'array',
        description: 'Which ones.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 500,
        uniqueItems: true,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment', 'names'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        names: ['public/default/enrich'],
      },
      {
        environment: 'test',
        names: ['public/default/enrich'],
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'stop-functions.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'stop-functions.json',
    title: 'StopFunctionsParams',
    type: 'object',
    description: 'Stops functions, sources or sinks that the project has in an environment.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      names: {
        type: 'array',
        description: 'Which ones.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 500,
        uniqueItems: true,
      },
      override: {
        $ref: 'common.json#/definitions/OverrideWish',
      },
    },
    required: ['environment', 'names'],
    additionalProperties: false,
    examples: [
      {
        environment: 'test',
        names: ['public/default/enrich'],
      },
      {
        environment: 'test',
        names: ['public/default/enrich'],
        override: {
          reason: 'the fix of an outage cannot wait',
        },
      },
    ],
  },
  'switch-documents.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'switch-documents.json',
    title: 'SwitchDocumentsParams',
    type: 'object',
    description:
      "Lets the writer go on with another database of documents, such as one that a rebuild has folded. It reads on from that database's own checkpoint; one that is missing or does not fit the journal is not taken.",
    properties: {
      database: {
        type: 'string',
        pattern: '^documents-[a-z0-9][a-z0-9-]{0,62}$',
        description: 'Its name, as GET /v1/databases lists it.',
      },
    },
    required: ['database'],
    additionalProperties: false,
    examples: [
      {
        database: 'documents-1f0c9a3e',
      },
    ],
  },
  'un-stage.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'un-stage.json',
    title: 'UnStageParams',
    type: 'object',
    description: 'Takes entries out of a stage set; what is deployed already stays.',
    properties: {
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      names: {
        type: 'array',
        description: 'Functions as tenant/namespace/name.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        minItems: 1,
        maxItems: 5000,
        uniqueItems: true,
      },
      all: {
        const: true,
        description: 'Every entry of the set.',
      },
    },
    required: [],
    additionalProperties: false,
    examples: [
      {
        names: ['public/default/enrich'],
      },
      {
        stageSet: 'main',
        all: true,
      },
    ],
  },
  'unfreeze.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'unfreeze.json',
    title: 'UnfreezeParams',
    type: 'object',
    description: 'Ends the freeze of an environment.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
      },
    ],
  },
  'withdraw.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'withdraw.json',
    title: 'WithdrawParams',
    type: 'object',
    description: 'Takes back a request for approval.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['environment'],
    additionalProperties: false,
    examples: [
      {
        environment: 'prod',
        note: 'not needed any more',
      },
    ],
  },
  'config.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'config.json',
    title: 'Settings',
    description:
      'Environment variables; stageline.config.json may hold the same names. Lists are comma lists or JSON in a variable, JSON in the file.',
    type: 'object',
    additionalProperties: false,
    properties: {
      STAGELINE_BUS: {
        type: 'string',
        description:
          'The bus: the log in the data directory, Pulsar by its native client, or Pulsar by its WebSocket API.',
        enum: ['embedded', 'pulsar', 'pulsar-ws'],
        default: 'embedded',
      },
      STAGELINE_PULSAR_URL: {
        type: 'string',
        description: 'Broker address for the native client.',
        default: 'pulsar://127.0.0.1:6650',
        pattern: '^pulsar(\\+ssl)?://',
      },
      STAGELINE_PULSAR_WS_URL: {
        type: 'string',
        description: 'Address of the WebSocket API.',
        default: 'ws://127.0.0.1:8080',
        pattern: '^wss?://',
      },
      STAGELINE_PULSAR_ADMIN_URL: {
        type: 'string',
        description:
          "REST Admin API of the cluster that carries Stageline's own topics: for `init`, the retention check and taking a stalled lease; never an environment.",
        default: 'http://127.0.0.1:8080',
        pattern: '^https?://',
      },
      STAGELINE_PULSAR_TOKEN_FILE: {
        type: 'string',
        description:
          'File with the token that is shown to Pulsar, by the bus and to STAGELINE_PULSAR_ADMIN_URL; read again whenever it changes. Empty: none.',
        default: '',
      },
      STAGELINE_PULSAR_TLS_CA_FILE: {
        type: 'string',
        description:
          "File with the certificates (PEM) of the authorities that Pulsar's own may be of. Empty: those that Node knows.",
        default: '',
      },
      STAGELINE_PULSAR_TLS_CERT_FILE: {
        type: 'string',
        description: 'File with the certificate (PEM) that is shown to Pulsar. Empty: none.',
        default: '',
      },
      STAGELINE_PULSAR_TLS_KEY_FILE: {
        type: 'string',
        description: 'File with the private key (PEM) of STAGELINE_PULSAR_TLS_CERT_FILE.',
        default: '',
      },
      STAGELINE_PULSAR_OAUTH2_ISSUER_URL: {
        type: 'string',
        description:
          'Issuer that gives tokens for Pulsar (OAuth 2.0 client credentials); its `/.well-known/openid-configuration` names the rest. Empty: none.',
        default: '',
        pattern: '^(https?://.+)?$',
      },
      STAGELINE_PULSAR_OAUTH2_CLIENT_ID: {
        type: 'string',
        description: "The client's id; may stand in a key file instead.",
        default: '',
      },
      STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE: {
        type: 'string',
        description:
          "File with the client's secret, or a key file as Pulsar's clients take it (JSON with client_id and client_secret).",
        default: '',
      },
      STAGELINE_PULSAR_OAUTH2_AUDIENCE: {
        type: 'string',
        description: 'Audience that the token is asked for. Empty: none.',
        default: '',
      },
      STAGELINE_PULSAR_OAUTH2_SCOPE: {
        type: 'string',
        description: 'Scope that the token is asked for. Empty: none.',
        default: '',
      },
      STAGELINE_PULSAR_ROLE: {
        type: 'string',
        description:
          'The role that Pulsar knows the processor by: `init` lets it, and nobody else, write the journal. Empty: `init` sets no permissions.',
        default: '',
      },
      STAGELINE_PULSAR_COMMANDS_ROLES: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description: 'Roles that `init` lets send commands and read replies (comma list).',
        default: [],
      },
      STAGELINE_PULSAR_READER_ROLES: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description: 'Roles that `init` lets read the journal (comma list).',
        default: [],
      },
      STAGELINE_PULSAR_HTTP_ROLES: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description: 'Roles of processes that run the http part apart from the processor (comma list).',
        default: [],
      },
      STAGELINE_PULSAR_ROUTER_ROLES: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description: 'Roles of processes that run the router apart from the processor (comma list).',
        default: [],
      },
      STAGELINE_PULSAR_DEPLOYER_ROLES: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description:
          'Roles of processes that run deployers apart from the processor (comma list): `role` for all environments, `environment=role` for one.',
        default: [],
      },
      STAGELINE_STORE: {
        type: 'string',
        description: 'Where documents are kept: in the data directory or in CouchDB.',
        enum: ['embedded', 'couchdb'],
        default: 'embedded',
      },
      STAGELINE_COUCHDB_URL: {
        type: 'string',
        description: 'CouchDB; a user and password in it work too, and are never shown.',
        default: 'http://127.0.0.1:5984',
        pattern: '^https?://',
      },
      STAGELINE_COUCHDB_DATABASE: {
        type: 'string',
        description:
          'The database that points to the current documents; databases beside it start with this name.',
        default: 'stageline',
        pattern: '^[a-z][a-z0-9_$()+-]{0,100}$',
      },
      STAGELINE_COUCHDB_USER: {
        type: 'string',
        description:
          'User at CouchDB, with STAGELINE_COUCHDB_PASSWORD_FILE, instead of one in the URL. Empty: none.',
        default: '',
      },
      STAGELINE_COUCHDB_PASSWORD_FILE: {
        type: 'string',
        description: 'File with the password of STAGELINE_COUCHDB_USER; read again whenever it changes.',
        default: '',
      },
      STAGELINE_COUCHDB_TLS_CA_FILE: {
        type: 'string',
        description:
          "File with the certificates (PEM) of the authorities that CouchDB's own may be of. Empty: those that Node knows.",
        default: '',
      },
      STAGELINE_DATA_DIR: {
        type: 'string',
        description: 'Folder of the embedded engines.',
        default: './data',
        minLength: 1,
      },
      STAGELINE_HTTP_HOST: {
        type: 'string',
        description: 'Bind address.',
        default: '127.0.0.1',
        minLength: 1,
      },
      STAGELINE_HTTP_PORT: {
        type: 'integer',
        minimum: 0,
        maximum: 65535,
        description: 'Port; 0 takes any free one.',
        default: 7070,
      },
      STAGELINE_HTTP_ALLOWED_HOSTS: {
        type: 'array',
        items: {
          type: 'string',
        },
        description:
          'Further values accepted in the Host header and as host of the Origin header (comma list); the bind address and loopback names always are.',
        default: [],
      },
      STAGELINE_HTTP_CORS_ORIGINS: {
        type: 'array',
        items: {
          type: 'string',
          pattern: '^https?://[^/?#@\\s*]+$',
        },
        description:
          'Origins whose pages may send requests from a browser, such as https://portal.example.com (comma list). Empty: none but our own.',
        default: [],
      },
      STAGELINE_HTTP_TRUSTED_PROXIES: {
        type: 'array',
        items: {
          type: 'string',
          pattern: '^[0-9a-fA-F.:]+(/[0-9]{1,3})?$',
        },
        description:
          "Addresses or ranges (comma list) of proxies in front: their X-Forwarded-For says where a request comes from. Empty: nobody's.",
        default: [],
      },
      STAGELINE_HTTP_REQUESTS_PER_MINUTE: {
        type: 'integer',
        minimum: 0,
        maximum: 10000000,
        description:
          'Requests that one caller may send in a minute, where callers are asked who they are; more get 429. 0: any number.',
        default: 12000,
      },
      STAGELINE_PARTS: {
        type: 'array',
        items: {
          type: 'string',
          pattern: '^(http|processor|router|webhooks|deployer(:[a-z][a-z0-9-]*)?)$',
        },
        description:
          'Parts to run (comma list): http, processor, router, webhooks, deployer (all environments) or deployer:<environment>. The embedded bus needs all of them.',
        default: ['http', 'processor', 'router', 'webhooks', 'deployer'],
      },
      STAGELINE_ARTIFACT_ROOTS: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description:
          'Folders that a package may be read from (comma list). Default: `artifacts/` in the data directory and `examples/`. Relative package paths start at the first.',
        default: [],
      },
      STAGELINE_URL_ALLOW: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description:
          'URLs that packages may come from (comma list of scheme://host[:port]). Empty: any https host with a public address. A private or loopback address only if it is named here.',
        default: [],
      },
      STAGELINE_PROJECT_NAMESPACES: {
        type: 'object',
        description:
          'Which namespaces a project may deploy to, as JSON: `{"pricing":["acme/pricing","acme/shared"],"orders":["shop/*"],"*":["public/default"]}`. A project that is not named has those that are named for nobody; those of `*` are everybody\'s. A function sees the secrets of its tenant and of its environment: where projects must not see each other\'s, set this. Every processor and deployer part needs the same. Empty: any project may deploy anywhere.',
        propertyNames: {
          pattern: '^(\\*|[a-z0-9][a-z0-9-]{0,62})$',
        },
        additionalProperties: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'string',
            pattern: '^[A-Za-z0-9_\\-=:.]+/([A-Za-z0-9_\\-=:.]+|\\*)$',
          },
        },
        default: {},
      },
      STAGELINE_SECRETS_DIR: {
        type: 'string',
        description:
          'Folder with a file for each secret; `{"$secret":"name"}` in a config is replaced at deployment. Looked for as `<environment>/<tenant>/<name>`, `<environment>/<name>` and `<name>`, each time after the variable of the same scope.',
        default: '',
      },
      STAGELINE_SECRET_KEYS: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
          maxLength: 100,
        },
        description:
          'Further words, and keys, under which a literal in a config counts as a secret (comma list): `pin` means `cardPin` and `card-pin` too.',
        default: [],
      },
      STAGELINE_SECRET_KEYS_IGNORED: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
          maxLength: 100,
        },
        description:
          'Keys that look secret and hold none, as a whole (comma list): `authScheme` means `auth-scheme` too, and no other key.',
        default: [],
      },
      STAGELINE_SECRET_ENTROPY: {
        type: 'string',
        description:
          'A string in a config counts as a secret whatever its key if it holds a run of 20 characters or more with more bits of entropy a character than this. 4.2 leaves UUIDs, hexadecimal digests, class and topic names alone; 3.5 refuses hexadecimal too. `off`: not looked at. Known shapes of keys and tokens are refused in any case.',
        default: '4.2',
        pattern: '^(off|[0-9](\\.[0-9]+)?)$',
      },
      STAGELINE_SEALING_KEYS_FILE: {
        type: 'string',
        description:
          'File with private keys (JWKS; `stageline seal keygen` makes one) by which deployers open `{"$sealed":"…"}`; read again whenever it changes. The first is the one that secrets are sealed to. Empty: nothing is opened.',
        default: '',
      },
      STAGELINE_SEALING_PUBLIC_KEYS_FILE: {
        type: 'string',
        description:
          'File with the public keys (JWKS) that `GET /v1/sealing-keys` shows, for an `http` part that must not hold the private ones. Empty: the public part of STAGELINE_SEALING_KEYS_FILE.',
        default: '',
      },
      STAGELINE_ENVIRONMENTS: {
        type: 'array',
        description:
          'Environments in promotion order (JSON). Without adminUrl an environment is the sandbox.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          description: 'One environment.',
          properties: {
            name: {
              type: 'string',
              pattern: '^[a-z][a-z0-9-]{0,62}$',
              not: {
                enum: ['results', 'role', 'token'],
              },
              description: 'Its name.',
            },
            adminUrl: {
              type: 'string',
              pattern: '^https?://',
              description: 'Base URL of its REST Admin API.',
            },
            tokenFile: {
              type: 'string',
              minLength: 1,
              description:
                "File with the token that its deployer shows to the cluster; read again whenever it changes. Functions run as whoever deployed them: no superuser's token.",
            },
            tenantTokenFiles: {
              type: 'object',
              additionalProperties: {
                type: 'string',
                minLength: 1,
              },
              description:
                'Files with the tokens for what belongs to these tenants, by tenant; tokenFile is for all others.',
            },
            oauth2: {
              type: 'object',
              additionalProperties: false,
              required: ['issuerUrl', 'clientSecretFile'],
              description:
                'Issuer of the token, instead of tokenFile; as STAGELINE_PULSAR_OAUTH2_ISSUER_URL and what follows it.',
              properties: {
                issuerUrl: {
                  type: 'string',
                  pattern: '^https?://.+',
                  description: 'The issuer.',
                },
                clientId: {
                  type: 'string',
                  minLength: 1,
                  description: "The client's id; may stand in a key file instead.",
                },
                clientSecretFile: {
                  type: 'string',
                  minLength: 1,
                  description: "File with the client's secret, or a key file.",
                },
                audience: {
                  type: 'string',
                  minLength: 1,
                  description: 'Audience that the token is asked for.',
                },
                scope: {
                  type: 'string',
                  minLength: 1,
                  description: 'Scope that the token is asked for.',
                },
              },
            },
            tls: {
              type: 'object',
              additionalProperties: false,
              description: 'Certificates for an adminUrl that begins with https.',
              properties: {
                caFile: {
                  type: 'string',
                  minLength: 1,
                  description: "File with the authorities that the cluster's certificate may be of.",
                },
                certFile: {
                  type: 'string',
                  minLength: 1,
                  description: 'File with the certificate that is shown to the cluster.',
                },
                keyFile: {
                  type: 'string',
                  minLength: 1,
                  description: 'File with its private key.',
                },
              },
            },
            allowedHosts: {
              type: 'array',
              items: {
                type: 'string',
                minLength: 1,
              },
              description:
                'Hosts (host or host:port), besides the one of adminUrl, that the cluster may redirect its deployer to; the token goes along.',
            },
            runtime: {
              type: 'string',
              enum: ['thread', 'process', 'kubernetes'],
              description:
                "What runs its functions, which Pulsar's API does not tell: with kubernetes, names are checked for what fits there before a deployment.",
            },
            drift: {
              type: 'object',
              additionalProperties: false,
              required: ['everyMinutes'],
              description: 'Compares what runs with what was deployed, again and again.',
              properties: {
                everyMinutes: {
                  type: 'integer',
                  minimum: 1,
                  maximum: 10080,
                  description: 'How often, counted from midnight UTC on 1 January 1970.',
                },
                repair: {
                  type: 'boolean',
                  description:
                    'Deploys what was deployed last again, where something else runs; otherwise it is only reported.',
                },
              },
            },
            approvals: {
              type: 'object',
              additionalProperties: false,
              required: ['required'],
              description:
                'What a commit there needs besides the role. One that is in force is changed by set-environments alone.',
              properties: {
                required: {
                  type: 'integer',
                  minimum: 1,
                  maximum: 20,
                  description: 'How many different people have to approve.',
                },
                fourEyes: {
                  type: 'boolean',
                  description:
                    'Whoever staged an entry of it does not approve it; true where nothing is said.',
                },
                roles: {
                  type: 'array',
                  items: {
                    type: 'string',
                    enum: ['developer', 'approver', 'operator', 'admin'],
                  },
                  minItems: 1,
                  uniqueItems: true,
                  description: 'Roles that may approve, any of them; approver where nothing is said.',
                },
                planMaxAgeMinutes: {
                  type: 'integer',
                  minimum: 1,
                  maximum: 43200,
                  description: 'How old the plan may be at the commit; 60 where nothing is said.',
                },
              },
            },
          },
        },
        default: [
          {
            name: 'test',
          },
          {
            name: 'prod',
          },
        ],
      },
      STAGELINE_AUTH_JWKS_URL: {
        type: 'string',
        description:
          'Where the public keys of the identity provider are (JWKS). HTTP callers then bring a JSON Web Token that one of them has signed. One of this, STAGELINE_AUTH_PUBLIC_KEY_FILE and STAGELINE_AUTH_HS256_SECRET_FILE; with none of them every caller is `local` and may do everything.',
        default: '',
      },
      STAGELINE_AUTH_PUBLIC_KEY_FILE: {
        type: 'string',
        description: "Public key (PEM: RSA, EC P-256 or P-384, Ed25519) that has signed callers' tokens.",
        default: '',
      },
      STAGELINE_AUTH_HS256_SECRET_FILE: {
        type: 'string',
        description:
          "File with a secret of at least 32 bytes that signs callers' tokens (HS256): for trying things out, since whoever can check tokens can make them.",
        default: '',
      },
      STAGELINE_AUTH_ISSUER: {
        type: 'string',
        description: 'What the claim `iss` has to be. Needed with STAGELINE_AUTH_JWKS_URL.',
        default: '',
      },
      STAGELINE_AUTH_AUDIENCE: {
        type: 'string',
        description:
          'What the claim `aud` has to be or contain: without it, a token made for another service would be taken. Needed with STAGELINE_AUTH_JWKS_URL.',
        default: '',
      },
      STAGELINE_AUTH_ROLES_CLAIM: {
        type: 'string',
        description:
          "The claim that lists roles: its name, or a JSON pointer into the claims (`/realm_access/roles`). Roles that are none of Stageline's are left out.",
        default: 'roles',
      },
      STAGELINE_AUTH_PROJECTS_CLAIM: {
        type: 'string',
        description:
          'The claim that lists projects, `*` for all, written as the one of roles. A token without it has none.',
        default: 'projects',
      },
      STAGELINE_TICKET_KEY_FILE: {
        type: 'string',
        description:
          'File with a secret of at least 32 bytes that signs tickets: every http and processor part needs the same. On the embedded bus one is made in the data folder where none is given.',
        default: '',
      },
      STAGELINE_SERVICE_KEY_FILE: {
        type: 'string',
        description:
          "File with a secret of at least 32 bytes that signs what deployers report; its tickets count for the role service alone, so that a deployer's machine holds no key that could ask for more. Empty: STAGELINE_TICKET_KEY_FILE signs that too.",
        default: '',
      },
      STAGELINE_TICKET_SECONDS: {
        type: 'integer',
        minimum: 5,
        maximum: 86400,
        description:
          'How long a ticket is good, from its signing to the moment at which the bus stores the command.',
        default: 300,
      },
      STAGELINE_ALLOW_UNAUTHENTICATED: {
        type: 'boolean',
        description: 'Run although every caller is trusted and the address or the broker is not on loopback.',
        default: false,
      },
      STAGELINE_LOG_LEVEL: {
        type: 'string',
        description: 'Log level.',
        enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        default: 'info',
      },
      STAGELINE_REPLY_TOPIC_PREFIXES: {
        type: 'array',
        items: {
          type: 'string',
        },
        description: 'Topics that `replyTo` may name start with one of these (comma list).',
        default: [],
      },
      STAGELINE_ROUTERS: {
        type: 'array',
        description:
          "Routers (JSON list of the talk's function configs: userConfig key, tenant, namespace; inputs; logTopic). Default: one that routes deployments by environment.",
        items: {
          $ref: 'router-config.json',
        },
        default: [],
      },
      STAGELINE_BEAM_TOPICS: {
        type: 'array',
        description:
          "Topics, besides Stageline's own, that scripts written for Pulsar Beam may use (JSON list; docs/beam.md). The first entry that fits a topic counts.",
        items: {
          type: 'object',
          additionalProperties: false,
          description: 'One topic, or all whose full names begin alike.',
          properties: {
            topic: {
              type: 'string',
              minLength: 1,
              description:
                'A topic by its name, such as persistent://acme/orders/new. Either this or prefix.',
            },
            prefix: {
              type: 'string',
              pattern: '^(non-)?persistent://[^/\\s]+/',
              description:
                'What full names of topics begin with, the tenant at least: persistent://acme/orders/.',
            },
            publish: {
              type: 'string',
              enum: ['viewer', 'developer', 'approver', 'operator', 'service', 'admin', 'overrider'],
              description: 'The role that publishing takes; without it nobody may.',
            },
            consume: {
              type: 'string',
              enum: ['viewer', 'developer', 'approver', 'operator', 'service', 'admin', 'overrider'],
              description: 'The role that consuming takes; without it nobody may.',
            },
            project: {
              type: 'string',
              pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
              description: 'The project in which the role has to be held; without it, in all of them.',
            },
          },
        },
        default: [],
      },
      STAGELINE_BEAM_PULSAR_URLS: {
        type: 'array',
        items: {
          type: 'string',
          pattern: '^pulsar(\\+ssl)?://',
        },
        description:
          'What scripts written for Pulsar Beam may name in the header PulsarUrl (comma list): the addresses by which they know the cluster that this service uses. STAGELINE_PULSAR_URL is one where STAGELINE_BUS is pulsar.',
        default: [],
      },
      STAGELINE_WEBHOOK_KEYS_FILE: {
        type: 'string',
        description:
          'File with secrets that sign what webhooks post, one a line, at least 32 characters each: every http part and every part webhooks needs the same. Each request carries a signature by each of them, so that receivers can be given a new one before the old one ends; the first is told to whoever sets webhooks. On the embedded bus one is made in the data folder where none is given; on Pulsar there are no webhooks without.',
        default: '',
      },
      STAGELINE_WEBHOOK_URL_ALLOW: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description:
          'URLs that webhooks may post to (comma list of scheme://host[:port]). Empty: any https host with a public address. A private or loopback address only if it is named here. STAGELINE_URL_ALLOW is for packages alone.',
        default: [],
      },
      STAGELINE_TOPIC_COMMANDS: {
        type: 'string',
        description: 'Topic: commands.',
        default: 'persistent://ops/stageline/commands',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_TOPIC_JOURNAL: {
        type: 'string',
        description: 'Topic: the journal.',
        default: 'persistent://ops/stageline/journal',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_TOPIC_BEATS: {
        type: 'string',
        description: "Topic: the writer's beat.",
        default: 'non-persistent://ops/stageline/beats',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_TOPIC_REPLIES: {
        type: 'string',
        description: 'Topic: replies.',
        default: 'persistent://ops/stageline/replies',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_TOPIC_DEAD_LETTERS: {
        type: 'string',
        description: 'Topic: what could not be understood or processed.',
        default: 'persistent://ops/stageline/dead-letters',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_TOPIC_DEPLOYMENTS: {
        type: 'string',
        description: 'Topic: deployments on their way to the router.',
        default: 'persistent://ops/deployment/pre-deployment-configs-output',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_TOPIC_ENVIRONMENT_PREFIX: {
        type: 'string',
        description: 'The router puts the environment behind this.',
        default: 'persistent://ops/deployment-automation/',
        pattern: '^persistent://[^/]+/[^/]+/$',
      },
      STAGELINE_TOPIC_RESULTS: {
        type: 'string',
        description: 'Topic: results of deployers.',
        default: 'persistent://ops/deployment-automation/results',
        pattern: '^(persistent|non-persistent)://[^/]+/[^/]+/[^/]+$',
      },
      STAGELINE_MAX_COMMAND_BYTES: {
        type: 'integer',
        minimum: 1,
        description: 'Largest command, in bytes of JSON.',
        default: 307200,
        maximum: 614400,
      },
      STAGELINE_MAX_COMMAND_DEPTH: {
        type: 'integer',
        minimum: 1,
        description: 'Deepest nesting of a command.',
        default: 32,
        maximum: 256,
      },
      STAGELINE_MAX_CONFIGS: {
        type: 'integer',
        minimum: 1,
        description: 'Most configs in one stage-configs command.',
        default: 1000,
        maximum: 5000,
      },
      STAGELINE_MAX_RECORD_BYTES: {
        type: 'integer',
        minimum: 1,
        description: 'Largest journal record, in bytes.',
        default: 716800,
        maximum: 716800,
      },
      STAGELINE_DEPLOYER_CONCURRENCY: {
        type: 'integer',
        minimum: 1,
        description:
          "Writes that a process keeps in flight to one cluster at most, and three times as many reads; it begins with 2 and learns. Counted over all processes that deploy to a cluster, writes must stay below 6 for 8 web threads (Pulsar's numHttpServerThreads, at least 8): a functions worker whose threads all wait for each other hangs, and a standalone broker can end. With two deployers set 2.",
        default: 4,
        maximum: 16,
      },
      STAGELINE_DEPLOYER_DEADLINE_MS: {
        type: 'integer',
        minimum: 1,
        description: 'How long a deployer retries one function, in milliseconds.',
        default: 300000,
      },
      STAGELINE_DEPLOYER_HEALTH_SETTLE_MS: {
        type: 'integer',
        minimum: 0,
        description:
          'How long after a write to a real cluster a function is left alone before it is looked at, in milliseconds: until then an instance of before may answer.',
        default: 1000,
      },
      STAGELINE_DEPLOYER_HEALTH_BAKE_MS: {
        type: 'integer',
        minimum: 0,
        description:
          'How long a function must then run with all its instances, without a restart or an exception more, to count as deployed, in milliseconds. Whatever happens begins the time anew. 0: nobody looks. A sandbox is looked at once, without waiting.',
        default: 5000,
      },
      STAGELINE_DEPLOYER_HEALTH_LIMIT_MS: {
        type: 'integer',
        minimum: 1,
        description:
          'A function that does not run well so long after the write is degraded, in milliseconds; it is of unknown outcome where its status cannot be read by then.',
        default: 60000,
      },
      STAGELINE_DEPLOYER_HEALTH_BACKLOG_GROWTH: {
        type: 'integer',
        minimum: 0,
        description:
          "By how many messages what waits in a function's subscriptions may grow while it is watched. 0: nobody looks.",
        default: 1000,
      },
      STAGELINE_HEADS_FILE: {
        type: 'string',
        description:
          "File that journal heads (position and hash, signed) are appended to: on another machine's mount, where nobody who can write the journal can write. One instance a file. Empty: none.",
        default: '',
      },
      STAGELINE_HEADS_TOPIC: {
        type: 'string',
        description:
          "Topic that journal heads are sent to, in another namespace than the journal's. Empty: none.",
        default: '',
        pattern: '^(persistent://[^/]+/[^/]+/[^/]+)?$',
      },
      STAGELINE_HEADS_KEY_FILE: {
        type: 'string',
        description:
          'Private key that signs journal heads (Ed25519, PEM, PKCS #8; `stageline heads keygen` makes one). Empty: heads are not signed.',
        default: '',
      },
      STAGELINE_HEADS_EVERY_SECONDS: {
        type: 'integer',
        minimum: 1,
        maximum: 86400,
        description:
          'How often a journal head is exported if it has moved, in seconds; also at a clean stop.',
        default: 300,
      },
      STAGELINE_METRICS_HOST: {
        type: 'string',
        description: 'Bind address of the metrics. Whoever reaches it may read them.',
        default: '127.0.0.1',
        minLength: 1,
      },
      STAGELINE_METRICS_PORT: {
        type: 'string',
        description:
          'Port of the metrics (Prometheus text format, `GET /metrics`); 0 takes any free one. Empty: no metrics.',
        default: '',
        pattern: '^[0-9]{0,5}$',
      },
    },
    required: [
      'STAGELINE_BUS',
      'STAGELINE_PULSAR_URL',
      'STAGELINE_PULSAR_WS_URL',
      'STAGELINE_PULSAR_ADMIN_URL',
      'STAGELINE_PULSAR_TOKEN_FILE',
      'STAGELINE_PULSAR_TLS_CA_FILE',
      'STAGELINE_PULSAR_TLS_CERT_FILE',
      'STAGELINE_PULSAR_TLS_KEY_FILE',
      'STAGELINE_PULSAR_OAUTH2_ISSUER_URL',
      'STAGELINE_PULSAR_OAUTH2_CLIENT_ID',
      'STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE',
      'STAGELINE_PULSAR_OAUTH2_AUDIENCE',
      'STAGELINE_PULSAR_OAUTH2_SCOPE',
      'STAGELINE_PULSAR_ROLE',
      'STAGELINE_PULSAR_COMMANDS_ROLES',
      'STAGELINE_PULSAR_READER_ROLES',
      'STAGELINE_PULSAR_HTTP_ROLES',
      'STAGELINE_PULSAR_ROUTER_ROLES',
      'STAGELINE_PULSAR_DEPLOYER_ROLES',
      'STAGELINE_STORE',
      'STAGELINE_COUCHDB_URL',
      'STAGELINE_COUCHDB_DATABASE',
      'STAGELINE_COUCHDB_USER',
      'STAGELINE_COUCHDB_PASSWORD_FILE',
      'STAGELINE_COUCHDB_TLS_CA_FILE',
      'STAGELINE_DATA_DIR',
      'STAGELINE_HTTP_HOST',
      'STAGELINE_HTTP_PORT',
      'STAGELINE_HTTP_ALLOWED_HOSTS',
      'STAGELINE_HTTP_CORS_ORIGINS',
      'STAGELINE_HTTP_TRUSTED_PROXIES',
      'STAGELINE_HTTP_REQUESTS_PER_MINUTE',
      'STAGELINE_PARTS',
      'STAGELINE_ARTIFACT_ROOTS',
      'STAGELINE_URL_ALLOW',
      'STAGELINE_PROJECT_NAMESPACES',
      'STAGELINE_SECRETS_DIR',
      'STAGELINE_SECRET_KEYS',
      'STAGELINE_SECRET_KEYS_IGNORED',
      'STAGELINE_SECRET_ENTROPY',
      'STAGELINE_SEALING_KEYS_FILE',
      'STAGELINE_SEALING_PUBLIC_KEYS_FILE',
      'STAGELINE_ENVIRONMENTS',
      'STAGELINE_AUTH_JWKS_URL',
      'STAGELINE_AUTH_PUBLIC_KEY_FILE',
      'STAGELINE_AUTH_HS256_SECRET_FILE',
      'STAGELINE_AUTH_ISSUER',
      'STAGELINE_AUTH_AUDIENCE',
      'STAGELINE_AUTH_ROLES_CLAIM',
      'STAGELINE_AUTH_PROJECTS_CLAIM',
      'STAGELINE_TICKET_KEY_FILE',
      'STAGELINE_SERVICE_KEY_FILE',
      'STAGELINE_TICKET_SECONDS',
      'STAGELINE_ALLOW_UNAUTHENTICATED',
      'STAGELINE_LOG_LEVEL',
      'STAGELINE_REPLY_TOPIC_PREFIXES',
      'STAGELINE_ROUTERS',
      'STAGELINE_BEAM_TOPICS',
      'STAGELINE_BEAM_PULSAR_URLS',
      'STAGELINE_WEBHOOK_KEYS_FILE',
      'STAGELINE_WEBHOOK_URL_ALLOW',
      'STAGELINE_TOPIC_COMMANDS',
      'STAGELINE_TOPIC_JOURNAL',
      'STAGELINE_TOPIC_BEATS',
      'STAGELINE_TOPIC_REPLIES',
      'STAGELINE_TOPIC_DEAD_LETTERS',
      'STAGELINE_TOPIC_DEPLOYMENTS',
      'STAGELINE_TOPIC_ENVIRONMENT_PREFIX',
      'STAGELINE_TOPIC_RESULTS',
      'STAGELINE_MAX_COMMAND_BYTES',
      'STAGELINE_MAX_COMMAND_DEPTH',
      'STAGELINE_MAX_CONFIGS',
      'STAGELINE_MAX_RECORD_BYTES',
      'STAGELINE_DEPLOYER_CONCURRENCY',
      'STAGELINE_DEPLOYER_DEADLINE_MS',
      'STAGELINE_DEPLOYER_HEALTH_SETTLE_MS',
      'STAGELINE_DEPLOYER_HEALTH_BAKE_MS',
      'STAGELINE_DEPLOYER_HEALTH_LIMIT_MS',
      'STAGELINE_DEPLOYER_HEALTH_BACKLOG_GROWTH',
      'STAGELINE_HEADS_FILE',
      'STAGELINE_HEADS_TOPIC',
      'STAGELINE_HEADS_KEY_FILE',
      'STAGELINE_HEADS_EVERY_SECONDS',
      'STAGELINE_METRICS_HOST',
      'STAGELINE_METRICS_PORT',
    ],
    examples: [],
  },
  'function-config.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'function-config.json',
    title: 'FunctionConfig',
    description:
      "A Pulsar function as Stageline stages and deploys it: every field of Pulsar 4.0's FunctionConfig but `jar`, `py` and `go`, plus `type`, `artifactPathOrUrl` and `environments`.",
    type: 'object',
    additionalProperties: false,
    required: ['type', 'tenant', 'namespace', 'name', 'artifactPathOrUrl'],
    properties: {
      type: {
        description: 'Says that this config describes a function.',
        type: 'string',
        const: 'function',
      },
      tenant: {
        description:
          "The Pulsar tenant that the function belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      namespace: {
        description:
          "The namespace, within the tenant and without its name, that the function belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      name: {
        description:
          "The name of the function, unique among all functions, sources and sinks of its namespace: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      artifactPathOrUrl: {
        description:
          "Path or URL of the function's package, or `builtin://<name>` for a function that is installed on the functions worker; it stands in for Pulsar's `jar`, `py` and `go`.",
        type: 'string',
        minLength: 1,
        maxLength: 2048,
      },
      className: {
        description:
          'Class of the function in the package (Python: module.Class); Go functions have none, and a package that names its function needs none.',
        type: 'string',
      },
      runtime: {
        description: "Language that the function runs in; taken from the package's file name if absent.",
        type: 'string',
        enum: ['JAVA', 'PYTHON', 'GO'],
      },
      inputs: {
        description: 'Topics that the function reads with default settings.',
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
          maxLength: 512,
        },
      },
      topicsPattern: {
        description: 'Regular expression for the topics of one namespace that the function reads.',
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      inputSpecs: {
        description:
          'Topics, or patterns of topics, that the function reads, each with its own consumer settings.',
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          $ref: '#/definitions/consumerConfig',
        },
      },
      customSerdeInputs: {
        description: 'For each input topic the class name of the SerDe that decodes it.',
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          type: 'string',
        },
      },
      customSchemaInputs: {
        description: "For each input topic its schema: a string that holds Pulsar's ConsumerConfig as JSON.",
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          type: 'string',
        },
      },
      inputTypeClassName: {
        description:
          'Class name of the type that the function takes; Java functions have it in their signature.',
        type: 'string',
        minLength: 1,
      },
      output: {
        description: 'Topic that the function writes its results to; without it nothing is written.',
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      producerConfig: {
        description: 'Settings of the producer that writes to the output topic.',
        allOf: [
          {
            $ref: '#/definitions/producerConfig',
          },
        ],
      },
      outputSchemaType: {
        description:
          'Built-in schema type such as avro, json or string, or schema class name, of the output; excludes outputSerdeClassName.',
        type: 'string',
        minLength: 1,
      },
      outputSerdeClassName: {
        description: 'Class name of the SerDe that encodes the output; excludes outputSchemaType.',
        type: 'string',
        minLength: 1,
      },
      outputTypeClassName: {
        description:
          'Class name of the type that the function returns; Java functions have it in their signature.',
        type: 'string',
        minLength: 1,
      },
      customSchemaOutputs: {
        description:
          "For the output topic its schema properties: a string that holds Pulsar's ConsumerConfig as JSON.",
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          type: 'string',
        },
      },
      logTopic: {
        description: "Topic that the function's log lines are published to.",
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      processingGuarantees: {
        description:
          'Delivery guarantee of the function; ATLEAST_ONCE if absent, and with MANUAL the code acknowledges messages itself.',
        type: 'string',
        enum: ['ATLEAST_ONCE', 'ATMOST_ONCE', 'EFFECTIVELY_ONCE', 'MANUAL'],
      },
      retainOrdering: {
        description:
          'Whether messages are processed in the order of their partition (failover subscription); excludes retainKeyOrdering.',
        type: 'boolean',
      },
      retainKeyOrdering: {
        description:
          'Whether messages of one key are processed in order by the same instance (key-shared subscription); excludes retainOrdering.',
        type: 'boolean',
      },
      batchBuilder: {
        description:
          'How outgoing messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); takes precedence over producerConfig.batchBuilder.',
        type: 'string',
        enum: ['DEFAULT', 'KEY_BASED'],
      },
      forwardSourceMessageProperty: {
        description:
          'Whether the properties of an input message are copied to the output message; true if absent, unless the functions worker has it switched off.',
        type: 'boolean',
      },
      userConfig: {
        description:
          "Free settings that the function's code reads from its context; on update the whole map is replaced.",
        type: 'object',
        additionalProperties: true,
      },
      secrets: {
        description:
          "For each secret name that the function's code asks for, what the functions worker's secrets provider needs to find it: a reference, never the secret itself.",
        type: 'object',
        additionalProperties: true,
      },
      autoAck: {
        description:
          "Whether the function's messages are acknowledged by the framework, true if absent; deprecated in Pulsar in favour of processingGuarantees MANUAL.",
        type: 'boolean',
      },
      maxMessageRetries: {
        description:
          'How often a failing message is tried again before it is given up; -1 or absent never gives up, and only Java functions support it.',
        type: 'integer',
        minimum: -1,
        maximum: 2147483647,
      },
      deadLetterTopic: {
        description: 'Topic for messages that were given up; only with maxMessageRetries.',
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      subName: {
        description: 'Name of the subscription on the input topics; tenant/namespace/name if absent.',
        type: 'string',
        minLength: 1,
      },
      subscriptionPosition: {
        description: 'Where a new subscription begins to read; Latest if absent.',
        type: 'string',
        enum: ['Latest', 'Earliest'],
      },
      skipToLatest: {
        description:
          'Whether an instance that starts again skips what is waiting and reads on from the newest message; false if absent.',
        type: 'boolean',
      },
      cleanupSubscription: {
        description:
          'Whether the subscriptions of the function are removed when it is deleted; true if absent.',
        type: 'boolean',
      },
      parallelism: {
        description: 'How many instances of the function run; 1 if absent.',
        type: 'integer',
        minimum: 1,
        maximum: 2147483647,
      },
      resources: {
        description: 'What each instance of the function gets.',
        allOf: [
          {
            $ref: '#/definitions/resources',
          },
        ],
      },
      windowConfig: {
        description: 'Windowing of a Java window function; the function then acknowledges by window.',
        allOf: [
          {
            $ref: '#/definitions/windowConfig',
          },
        ],
      },
      timeoutMs: {
        description:
          'After how many milliseconds an unacknowledged message is delivered again; only with processingGuarantees ATLEAST_ONCE.',
        type: 'integer',
        minimum: 1,
        maximum: 9007199254740991,
      },
      maxPendingAsyncRequests: {
        description:
          "How many unfinished asynchronous calls an instance may have; Pulsar 4.0 takes this from the functions worker's configuration and ignores the field.",
        type: 'integer',
        minimum: 1,
        maximum: 2147483647,
      },
      exposePulsarAdminClientEnabled: {
        description:
          "Whether the function's context offers a Pulsar admin client; Pulsar 4.0 takes this from the functions worker's configuration and ignores the field.",
        type: 'boolean',
      },
      runtimeFlags: {
        description:
          'Extra flags for the process that runs the function; without effect on the thread runtime.',
        type: 'string',
        minLength: 1,
      },
      customRuntimeOptions: {
        description:
          "Free text, usually JSON, that the cluster's runtime customizer reads when it runs the function, for example on Kubernetes.",
        type: 'string',
        minLength: 1,
      },
      functionType: {
        description:
          'Name of a built-in function; only pulsar-admin reads it and the REST API ignores it, so write artifactPathOrUrl builtin://<name> instead.',
        type: 'string',
        minLength: 1,
      },
      fqfn: {
        description:
          'The name written as tenant/namespace/name; the REST API ignores it in favour of the three fields.',
        type: 'string',
        minLength: 1,
        pattern: '^[^/]+/[^/]+/[^/]+$',
      },
      environments: {
        description:
          'What differs by environment: a merge patch (RFC 7396) for each environment name, applied to the rest of this config before the function is deployed there.',
        type: 'object',
        propertyNames: {
          pattern: '^[a-z][a-z0-9-]{0,62}$',
        },
        additionalProperties: {
          $ref: '#/definitions/environmentPatch',
        },
      },
    },
    definitions: {
      consumerConfig: {
        title: 'FunctionConsumerConfig',
        description: 'How one input topic, or one pattern of topics, of the function is read.',
        type: 'object',
        additionalProperties: false,
        properties: {
          schemaType: {
            description:
              'Built-in schema type such as avro, json or string, or the class name of a schema; excludes serdeClassName.',
            type: 'string',
            minLength: 1,
          },
          serdeClassName: {
            description: 'Class name of the SerDe that decodes messages of this input; excludes schemaType.',
            type: 'string',
            minLength: 1,
          },
          regexPattern: {
            description:
              "Whether the input's key is a regular expression over topic names rather than a topic; Java's field and `pulsar-admin … get` call it isRegexPattern, but the REST API reads only this name.",
            type: 'boolean',
          },
          schemaProperties: {
            description: 'Properties handed to the schema of this input.',
            type: 'object',
            additionalProperties: {
              type: 'string',
            },
          },
          consumerProperties: {
            description:
              "Settings of the Pulsar consumer of this input by the client's own property names, their values written as strings.",
            type: 'object',
            additionalProperties: {
              type: 'string',
            },
          },
          receiverQueueSize: {
            description: 'How many messages the consumer fetches ahead; 0 fetches one at a time.',
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
          },
          cryptoConfig: {
            description: 'How incoming messages are decrypted.',
            allOf: [
              {
                $ref: '#/definitions/cryptoConfig',
              },
            ],
          },
          poolMessages: {
            description: 'Whether message buffers are pooled outside the Java heap and released after use.',
            type: 'boolean',
          },
        },
      },
      producerConfig: {
        title: 'FunctionProducerConfig',
        description: 'Settings of the producer that writes what the function emits.',
        type: 'object',
        additionalProperties: false,
        properties: {
          maxPendingMessages: {
            description:
              "How many messages may wait for an acknowledgement by the broker in one producer; 0 leaves the client's default.",
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
          },
          maxPendingMessagesAcrossPartitions: {
            description:
              "How many messages may wait for an acknowledgement over all partitions of one topic; 0 leaves the client's default.",
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
          },
          useThreadLocalProducers: {
            description: 'Whether every thread gets a producer of its own instead of sharing one.',
            type: 'boolean',
          },
          cryptoConfig: {
            description: 'How outgoing messages are encrypted.',
            allOf: [
              {
                $ref: '#/definitions/cryptoConfig',
              },
            ],
          },
          batchBuilder: {
            description:
              'How messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); Pulsar reports an unset value as the empty string, which means DEFAULT.',
            type: 'string',
            enum: ['DEFAULT', 'KEY_BASED', ''],
          },
          compressionType: {
            description: 'Compression of outgoing messages; LZ4 if producerConfig is there without it.',
            type: 'string',
            enum: ['NONE', 'LZ4', 'ZLIB', 'ZSTD', 'SNAPPY'],
          },
        },
      },
      cryptoConfig: {
        title: 'FunctionCryptoConfig',
        description:
          'End-to-end encryption: where the keys come from, and what to do when encrypting or decrypting fails.',
        type: 'object',
        additionalProperties: false,
        required: ['cryptoKeyReaderClassName'],
        properties: {
          cryptoKeyReaderClassName: {
            description:
              "Class in the package that implements Pulsar's CryptoKeyReader; Pulsar cannot use a cryptoConfig without it.",
            type: 'string',
            minLength: 1,
          },
          cryptoKeyReaderConfig: {
            description: 'Settings handed to the constructor of the key reader.',
            type: 'object',
            additionalProperties: true,
          },
          encryptionKeys: {
            description:
              'Names of the keys that outgoing messages are encrypted with; a producer needs at least one, a consumer none.',
            type: 'array',
            items: {
              type: 'string',
              minLength: 1,
            },
          },
          producerCryptoFailureAction: {
            description:
              'What the producer does with a message it cannot encrypt: fail the send, or send it unencrypted.',
            type: 'string',
            enum: ['FAIL', 'SEND'],
          },
          consumerCryptoFailureAction: {
            description:
              'What the consumer does with a message it cannot decrypt: fail the receive, discard the message, or deliver it still encrypted.',
            type: 'string',
            enum: ['FAIL', 'DISCARD', 'CONSUME'],
          },
        },
      },
      windowConfig: {
        title: 'FunctionWindowConfig',
        description:
          'Turns the function into a window function: how long a window is, how it slides, and how late messages are treated; its length is either a count or a duration.',
        type: 'object',
        additionalProperties: false,
        properties: {
          windowLengthCount: {
            description: 'Length of a window in messages; excludes windowLengthDurationMs.',
            type: 'integer',
            minimum: 1,
            maximum: 2147483647,
          },
          windowLengthDurationMs: {
            description: 'Length of a window in milliseconds; excludes windowLengthCount.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
          slidingIntervalCount: {
            description: 'After how many messages the window slides; the length of the window if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 2147483647,
          },
          slidingIntervalDurationMs: {
            description: 'After how many milliseconds the window slides; the length of the window if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
          lateDataTopic: {
            description:
              'Topic for messages that come too late for their window; only with timestampExtractorClassName.',
            type: 'string',
            minLength: 1,
            maxLength: 512,
          },
          maxLagMs: {
            description: 'How many milliseconds a message may be behind in event time; 0 if absent.',
            type: 'integer',
            minimum: 0,
            maximum: 9007199254740991,
          },
          watermarkEmitIntervalMs: {
            description: 'How often the event-time watermark advances, in milliseconds; 1000 if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
          timestampExtractorClassName: {
            description:
              'Class that takes the event time out of a message; without it windows go by processing time.',
            type: 'string',
            minLength: 1,
          },
          actualWindowFunctionClassName: {
            description: "The user's window function class; the functions worker sets it from className.",
            type: 'string',
            minLength: 1,
          },
          processingGuarantees: {
            description:
              "Delivery guarantee of the windows; the functions worker sets it from the function's processingGuarantees.",
            type: 'string',
            enum: ['ATLEAST_ONCE', 'ATMOST_ONCE'],
          },
        },
      },
      resources: {
        title: 'FunctionResources',
        description: 'What each instance of the function gets, on runtimes that can enforce it.',
        type: 'object',
        additionalProperties: false,
        properties: {
          cpu: {
            description: 'Processor share in cores; 1 if absent.',
            type: 'number',
            exclusiveMinimum: 0,
          },
          ram: {
            description: 'Memory in bytes; 1 GiB if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
          disk: {
            description: 'Disk space in bytes; 10 GiB if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
        },
      },
      environmentPatch: {
        title: 'FunctionEnvironmentPatch',
        description:
          "A merge patch (RFC 7396) over the function config's own fields, where null clears a field; identity, type and environments cannot be patched, and the merged config is validated as a whole.",
        type: 'object',
        propertyNames: {
          not: {
            enum: ['tenant', 'namespace', 'name', 'type', 'environments'],
          },
        },
        additionalProperties: true,
      },
    },
    examples: [
      {
        type: 'function',
        tenant: 'public',
        namespace: 'default',
        name: 'exclamation',
        artifactPathOrUrl: 'examples/pulsar-functions-api-examples-4.0.8.jar',
        className: 'org.apache.pulsar.functions.api.examples.ExclamationFunction',
        runtime: 'JAVA',
        inputs: ['persistent://public/default/exclamation-input'],
        output: 'persistent://public/default/exclamation-output',
        logTopic: 'persistent://public/default/exclamation-log',
        processingGuarantees: 'ATLEAST_ONCE',
        parallelism: 1,
        userConfig: {
          greeting: 'hello',
        },
        environments: {
          prod: {
            parallelism: 4,
            logTopic: null,
            userConfig: {
              greeting: 'good day',
            },
          },
        },
      },
      {
        type: 'function',
        tenant: 'pricing',
        namespace: 'quotes',
        name: 'average-price',
        artifactPathOrUrl: 'https://builds.example.com/pricing/average-price-2.3.0.jar',
        className: 'com.example.pricing.AveragePrice',
        runtime: 'JAVA',
        inputSpecs: {
          'persistent://pricing/quotes/raw-.*': {
            regexPattern: true,
            schemaType: 'json',
            receiverQueueSize: 500,
            consumerProperties: {
              ackTimeoutMillis: '30000',
            },
          },
        },
        output: 'persistent://pricing/quotes/average',
        outputSchemaType: 'json',
        producerConfig: {
          batchBuilder: 'KEY_BASED',
          compressionType: 'ZSTD',
        },
        subName: 'average-price',
        subscriptionPosition: 'Earliest',
        windowConfig: {
          windowLengthDurationMs: 60000,
          slidingIntervalDurationMs: 10000,
        },
        resources: {
          cpu: 0.5,
          ram: 536870912,
        },
        secrets: {
          feedToken: {
            path: 'pricing/feed',
            key: 'token',
          },
        },
      },
    ],
  },
  'router-config.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'router-config.json',
    title: 'RouterConfig',
    description: 'A generic router: sends each message to the topic that the value of a key names.',
    type: 'object',
    additionalProperties: false,
    required: ['name', 'userConfig', 'inputs'],
    properties: {
      type: {
        const: 'function',
        description: 'Kept from the function config it is written as.',
      },
      tenant: {
        type: 'string',
        description: 'Tenant of the router itself.',
      },
      namespace: {
        type: 'string',
        description: 'Namespace of the router itself.',
      },
      name: {
        type: 'string',
        description: 'Its name; also its subscription.',
        minLength: 1,
        maxLength: 128,
      },
      className: {
        type: 'string',
        description: 'Kept from the function config; not used.',
      },
      userConfig: {
        type: 'object',
        additionalProperties: false,
        required: ['key', 'tenant', 'namespace'],
        description: 'What it routes by and where to.',
        properties: {
          key: {
            type: 'string',
            description: 'The top-level key whose value names the topic.',
            minLength: 1,
          },
          tenant: {
            type: 'string',
            description: 'Tenant of the topics it sends to.',
            pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
          },
          namespace: {
            type: 'string',
            description: 'Namespace of the topics it sends to.',
            pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
          },
          unwrap: {
            type: 'boolean',
            description: 'Send only the contents of `configs`, without the routing envelope.',
          },
          allow: {
            type: 'array',
            items: {
              type: 'string',
            },
            description: 'The only values allowed.',
          },
        },
      },
      inputs: {
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
        },
        description: 'Topics it reads.',
      },
      logTopic: {
        type: 'string',
        description: 'Dead letters are copied there as log lines as well.',
      },
    },
    examples: [
      {
        type: 'function',
        tenant: 'ops',
        namespace: 'deployment',
        name: 'pubSubConfigDeploymentRouter',
        className: 'com.yourcompany.pulsar.functions.GenericRouterFunction',
        userConfig: {
          key: 'environment',
          tenant: 'ops',
          namespace: 'deployment-automation',
        },
        inputs: ['persistent://ops/deployment/pre-deployment-configs-output'],
        logTopic: 'persistent://ops/deployment/pubSubConfigDeploymentRouter-log',
      },
    ],
  },
  'sink-config.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'sink-config.json',
    title: 'SinkConfig',
    description:
      "A Pulsar sink connector as Stageline stages and deploys it: every field of Pulsar 4.0's SinkConfig but `archive`, plus `type`, `artifactPathOrUrl` and `environments`.",
    type: 'object',
    additionalProperties: false,
    required: ['type', 'tenant', 'namespace', 'name', 'artifactPathOrUrl'],
    properties: {
      type: {
        description: 'Says that this config describes a sink.',
        type: 'string',
        const: 'sink',
      },
      tenant: {
        description:
          "The Pulsar tenant that the sink belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      namespace: {
        description:
          "The namespace, within the tenant and without its name, that the sink belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      name: {
        description:
          "The name of the sink, unique among all functions, sources and sinks of its namespace: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      artifactPathOrUrl: {
        description:
          "Path or URL of the sink's package, or `builtin://<name>` for a sink that is installed on the functions worker; it stands in for Pulsar's `archive`.",
        type: 'string',
        minLength: 1,
        maxLength: 2048,
      },
      className: {
        description: 'Class of the sink in the package; absent if the package (a NAR) names its sink.',
        type: 'string',
        minLength: 1,
      },
      inputs: {
        description: 'Topics that the sink reads with default settings.',
        type: 'array',
        items: {
          type: 'string',
          minLength: 1,
          maxLength: 512,
        },
      },
      topicsPattern: {
        description: 'Regular expression for the topics of one namespace that the sink reads.',
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      inputSpecs: {
        description:
          'Topics, or patterns of topics, that the sink reads, each with its own consumer settings.',
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          $ref: '#/definitions/consumerConfig',
        },
      },
      topicToSerdeClassName: {
        description: 'For each input topic the class name of the SerDe that decodes it.',
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          type: 'string',
        },
      },
      topicToSchemaType: {
        description: 'For each input topic its built-in schema type or schema class name.',
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          type: 'string',
        },
      },
      topicToSchemaProperties: {
        description:
          'For each input topic properties of its schema; Pulsar 4.0 has the field and reads it nowhere.',
        type: 'object',
        propertyNames: {
          minLength: 1,
          maxLength: 512,
        },
        additionalProperties: {
          type: 'string',
        },
      },
      sourceSubscriptionName: {
        description: 'Name of the subscription on the input topics; tenant/namespace/name if absent.',
        type: 'string',
        minLength: 1,
      },
      sourceSubscriptionPosition: {
        description: 'Where a new subscription begins to read; Latest if absent.',
        type: 'string',
        enum: ['Latest', 'Earliest'],
      },
      cleanupSubscription: {
        description: 'Whether the subscriptions of the sink are removed when it is deleted; true if absent.',
        type: 'boolean',
      },
      configs: {
        description: "The connector's own settings; on update the whole map is replaced.",
        type: 'object',
        additionalProperties: true,
      },
      secrets: {
        description:
          "For each secret name that the sink's code asks for, what the functions worker's secrets provider needs to find it: a reference, never the secret itself.",
        type: 'object',
        additionalProperties: true,
      },
      parallelism: {
        description: 'How many instances of the sink run; 1 if absent.',
        type: 'integer',
        minimum: 1,
        maximum: 2147483647,
      },
      processingGuarantees: {
        description:
          'Delivery guarantee of the sink; ATLEAST_ONCE if absent, and with MANUAL the code acknowledges messages itself.',
        type: 'string',
        enum: ['ATLEAST_ONCE', 'ATMOST_ONCE', 'EFFECTIVELY_ONCE', 'MANUAL'],
      },
      retainOrdering: {
        description:
          'Whether messages are processed in the order of their partition (failover subscription); excludes retainKeyOrdering.',
        type: 'boolean',
      },
      retainKeyOrdering: {
        description:
          'Whether messages of one key are processed in order by the same instance (key-shared subscription); excludes retainOrdering.',
        type: 'boolean',
      },
      autoAck: {
        description:
          "Whether the sink's messages are acknowledged by the framework, true if absent; deprecated in Pulsar in favour of processingGuarantees MANUAL.",
        type: 'boolean',
      },
      timeoutMs: {
        description:
          'After how many milliseconds an unacknowledged message is delivered again; 0 or absent leaves it to the client.',
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991,
      },
      negativeAckRedeliveryDelayMs: {
        description:
          'How many milliseconds a message that the sink refused waits before it is delivered again; 0 or absent leaves it to the client.',
        type: 'integer',
        minimum: 0,
        maximum: 9007199254740991,
      },
      maxMessageRetries: {
        description:
          'How often a failing message is tried again before it is given up; 0, -1 or absent never gives up.',
        type: 'integer',
        minimum: -1,
        maximum: 2147483647,
      },
      deadLetterTopic: {
        description: 'Topic for messages that were given up; only with maxMessageRetries.',
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      transformFunction: {
        description:
          'Package of a function that messages pass through before the sink: builtin://<name>, or a URL that the functions worker itself fetches.',
        type: 'string',
        minLength: 1,
        maxLength: 2048,
      },
      transformFunctionClassName: {
        description: 'Class of the transform function; absent if its package names it.',
        type: 'string',
        minLength: 1,
      },
      transformFunctionConfig: {
        description: 'Settings of the transform function: a string that holds a JSON object.',
        type: 'string',
        minLength: 1,
      },
      resources: {
        description: 'What each instance of the sink gets.',
        allOf: [
          {
            $ref: '#/definitions/resources',
          },
        ],
      },
      logTopic: {
        description: "Topic that the sink's log lines are published to.",
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      runtimeFlags: {
        description: 'Extra flags for the process that runs the sink; without effect on the thread runtime.',
        type: 'string',
        minLength: 1,
      },
      customRuntimeOptions: {
        description:
          "Free text, usually JSON, that the cluster's runtime customizer reads when it runs the sink, for example on Kubernetes.",
        type: 'string',
        minLength: 1,
      },
      sinkType: {
        description:
          'Name of a built-in sink; only pulsar-admin reads it and the REST API ignores it, so write artifactPathOrUrl builtin://<name> instead.',
        type: 'string',
        minLength: 1,
      },
      environments: {
        description:
          'What differs by environment: a merge patch (RFC 7396) for each environment name, applied to the rest of this config before the sink is deployed there.',
        type: 'object',
        propertyNames: {
          pattern: '^[a-z][a-z0-9-]{0,62}$',
        },
        additionalProperties: {
          $ref: '#/definitions/environmentPatch',
        },
      },
    },
    definitions: {
      consumerConfig: {
        title: 'SinkConsumerConfig',
        description: 'How one input topic, or one pattern of topics, of the sink is read.',
        type: 'object',
        additionalProperties: false,
        properties: {
          schemaType: {
            description:
              'Built-in schema type such as avro, json or string, or the class name of a schema; excludes serdeClassName.',
            type: 'string',
            minLength: 1,
          },
          serdeClassName: {
            description: 'Class name of the SerDe that decodes messages of this input; excludes schemaType.',
            type: 'string',
            minLength: 1,
          },
          regexPattern: {
            description:
              "Whether the input's key is a regular expression over topic names rather than a topic; Java's field and `pulsar-admin … get` call it isRegexPattern, but the REST API reads only this name.",
            type: 'boolean',
          },
          schemaProperties: {
            description: 'Properties handed to the schema of this input.',
            type: 'object',
            additionalProperties: {
              type: 'string',
            },
          },
          consumerProperties: {
            description:
              "Settings of the Pulsar consumer of this input by the client's own property names, their values written as strings.",
            type: 'object',
            additionalProperties: {
              type: 'string',
            },
          },
          receiverQueueSize: {
            description: 'How many messages the consumer fetches ahead; 0 fetches one at a time.',
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
          },
          cryptoConfig: {
            description: 'How incoming messages are decrypted.',
            allOf: [
              {
                $ref: '#/definitions/cryptoConfig',
              },
            ],
          },
          poolMessages: {
            description: 'Whether message buffers are pooled outside the Java heap and released after use.',
            type: 'boolean',
          },
        },
      },
      cryptoConfig: {
        title: 'SinkCryptoConfig',
        description:
          'End-to-end encryption: where the keys come from, and what to do when encrypting or decrypting fails.',
        type: 'object',
        additionalProperties: false,
        required: ['cryptoKeyReaderClassName'],
        properties: {
          cryptoKeyReaderClassName: {
            description:
              "Class in the package that implements Pulsar's CryptoKeyReader; Pulsar cannot use a cryptoConfig without it.",
            type: 'string',
            minLength: 1,
          },
          cryptoKeyReaderConfig: {
            description: 'Settings handed to the constructor of the key reader.',
            type: 'object',
            additionalProperties: true,
          },
          encryptionKeys: {
            description:
              'Names of the keys that outgoing messages are encrypted with; a producer needs at least one, a consumer none.',
            type: 'array',
            items: {
              type: 'string',
              minLength: 1,
            },
          },
          producerCryptoFailureAction: {
            description:
              'What the producer does with a message it cannot encrypt: fail the send, or send it unencrypted.',
            type: 'string',
            enum: ['FAIL', 'SEND'],
          },
          consumerCryptoFailureAction: {
            description:
              'What the consumer does with a message it cannot decrypt: fail the receive, discard the message, or deliver it still encrypted.',
            type: 'string',
            enum: ['FAIL', 'DISCARD', 'CONSUME'],
          },
        },
      },
      resources: {
        title: 'SinkResources',
        description: 'What each instance of the sink gets, on runtimes that can enforce it.',
        type: 'object',
        additionalProperties: false,
        properties: {
          cpu: {
            description: 'Processor share in cores; 1 if absent.',
            type: 'number',
            exclusiveMinimum: 0,
          },
          ram: {
            description: 'Memory in bytes; 1 GiB if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
          disk: {
            description: 'Disk space in bytes; 10 GiB if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
        },
      },
      environmentPatch: {
        title: 'SinkEnvironmentPatch',
        description:
          "A merge patch (RFC 7396) over the sink config's own fields, where null clears a field; identity, type and environments cannot be patched, and the merged config is validated as a whole.",
        type: 'object',
        propertyNames: {
          not: {
            enum: ['tenant', 'namespace', 'name', 'type', 'environments'],
          },
        },
        additionalProperties: true,
      },
    },
    examples: [
      {
        type: 'sink',
        tenant: 'public',
        namespace: 'default',
        name: 'order-webhook',
        artifactPathOrUrl: 'connectors/pulsar-io-http-4.0.8.jar',
        className: 'org.apache.pulsar.io.http.HttpSink',
        inputs: ['persistent://public/default/orders'],
        configs: {
          url: 'https://hooks-test.example.com/orders',
        },
        maxMessageRetries: 5,
        deadLetterTopic: 'persistent://public/default/orders-undelivered',
        environments: {
          prod: {
            parallelism: 2,
            configs: {
              url: 'https://hooks.example.com/orders',
            },
          },
        },
      },
      {
        type: 'sink',
        tenant: 'public',
        namespace: 'default',
        name: 'orders-to-kafka',
        artifactPathOrUrl: 'builtin://kafka',
        inputSpecs: {
          'persistent://public/default/orders': {
            schemaType: 'bytes',
            receiverQueueSize: 200,
          },
        },
        sourceSubscriptionName: 'orders-to-kafka',
        sourceSubscriptionPosition: 'Earliest',
        configs: {
          bootstrapServers: 'kafka.example.com:9092',
          topic: 'orders',
          acks: '1',
          batchSize: 16384,
          maxRequestSize: 1048576,
        },
        resources: {
          cpu: 1,
          ram: 1073741824,
          disk: 10737418240,
        },
      },
    ],
  },
  'source-config.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'source-config.json',
    title: 'SourceConfig',
    description:
      "A Pulsar source connector as Stageline stages and deploys it: every field of Pulsar 4.0's SourceConfig but `archive`, plus `type`, `artifactPathOrUrl` and `environments`.",
    type: 'object',
    additionalProperties: false,
    required: ['type', 'tenant', 'namespace', 'name', 'artifactPathOrUrl'],
    properties: {
      type: {
        description: 'Says that this config describes a source.',
        type: 'string',
        const: 'source',
      },
      tenant: {
        description:
          "The Pulsar tenant that the source belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      namespace: {
        description:
          "The namespace, within the tenant and without its name, that the source belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      name: {
        description:
          "The name of the source, unique among all functions, sources and sinks of its namespace: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).",
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
      },
      artifactPathOrUrl: {
        description:
          "Path or URL of the source's package, or `builtin://<name>` for a source that is installed on the functions worker; it stands in for Pulsar's `archive`.",
        type: 'string',
        minLength: 1,
        maxLength: 2048,
      },
      className: {
        description: 'Class of the source in the package; absent if the package (a NAR) names its source.',
        type: 'string',
        minLength: 1,
      },
      topicName: {
        description: 'Topic that the source writes to.',
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      producerConfig: {
        description: 'Settings of the producer that writes to the topic.',
        allOf: [
          {
            $ref: '#/definitions/producerConfig',
          },
        ],
      },
      serdeClassName: {
        description: 'Class name of the SerDe that encodes what the source emits; excludes schemaType.',
        type: 'string',
        minLength: 1,
      },
      schemaType: {
        description:
          'Built-in schema type such as avro, json or string, or schema class name, of what the source emits; excludes serdeClassName.',
        type: 'string',
        minLength: 1,
      },
      configs: {
        description: "The connector's own settings; on update the whole map is replaced.",
        type: 'object',
        additionalProperties: true,
      },
      secrets: {
        description:
          "For each secret name that the source's code asks for, what the functions worker's secrets provider needs to find it: a reference, never the secret itself.",
        type: 'object',
        additionalProperties: true,
      },
      parallelism: {
        description: 'How many instances of the source run; 1 if absent.',
        type: 'integer',
        minimum: 1,
        maximum: 2147483647,
      },
      processingGuarantees: {
        description:
          'Delivery guarantee of the source; ATLEAST_ONCE if absent, and with MANUAL the code acknowledges messages itself.',
        type: 'string',
        enum: ['ATLEAST_ONCE', 'ATMOST_ONCE', 'EFFECTIVELY_ONCE', 'MANUAL'],
      },
      resources: {
        description: 'What each instance of the source gets.',
        allOf: [
          {
            $ref: '#/definitions/resources',
          },
        ],
      },
      batchSourceConfig: {
        description: 'Discovery settings of a batch source; absent for any other source.',
        allOf: [
          {
            $ref: '#/definitions/batchSourceConfig',
          },
        ],
      },
      batchBuilder: {
        description:
          'How outgoing messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); takes precedence over producerConfig.batchBuilder.',
        type: 'string',
        enum: ['DEFAULT', 'KEY_BASED'],
      },
      logTopic: {
        description: "Topic that the source's log lines are published to.",
        type: 'string',
        minLength: 1,
        maxLength: 512,
      },
      runtimeFlags: {
        description:
          'Extra flags for the process that runs the source; without effect on the thread runtime.',
        type: 'string',
        minLength: 1,
      },
      customRuntimeOptions: {
        description:
          "Free text, usually JSON, that the cluster's runtime customizer reads when it runs the source, for example on Kubernetes.",
        type: 'string',
        minLength: 1,
      },
      sourceType: {
        description:
          'Name of a built-in source; only pulsar-admin reads it and the REST API ignores it, so write artifactPathOrUrl builtin://<name> instead.',
        type: 'string',
        minLength: 1,
      },
      environments: {
        description:
          'What differs by environment: a merge patch (RFC 7396) for each environment name, applied to the rest of this config before the source is deployed there.',
        type: 'object',
        propertyNames: {
          pattern: '^[a-z][a-z0-9-]{0,62}$',
        },
        additionalProperties: {
          $ref: '#/definitions/environmentPatch',
        },
      },
    },
    definitions: {
      producerConfig: {
        title: 'SourceProducerConfig',
        description: 'Settings of the producer that writes what the source emits.',
        type: 'object',
        additionalProperties: false,
        properties: {
          maxPendingMessages: {
            description:
              "How many messages may wait for an acknowledgement by the broker in one producer; 0 leaves the client's default.",
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
          },
          maxPendingMessagesAcrossPartitions: {
            description:
              "How many messages may wait for an acknowledgement over all partitions of one topic; 0 leaves the client's default.",
            type: 'integer',
            minimum: 0,
            maximum: 2147483647,
          },
          useThreadLocalProducers: {
            description: 'Whether every thread gets a producer of its own instead of sharing one.',
            type: 'boolean',
          },
          cryptoConfig: {
            description: 'How outgoing messages are encrypted.',
            allOf: [
              {
                $ref: '#/definitions/cryptoConfig',
              },
            ],
          },
          batchBuilder: {
            description:
              'How messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); Pulsar reports an unset value as the empty string, which means DEFAULT.',
            type: 'string',
            enum: ['DEFAULT', 'KEY_BASED', ''],
          },
          compressionType: {
            description: 'Compression of outgoing messages; LZ4 if producerConfig is there without it.',
            type: 'string',
            enum: ['NONE', 'LZ4', 'ZLIB', 'ZSTD', 'SNAPPY'],
          },
        },
      },
      cryptoConfig: {
        title: 'SourceCryptoConfig',
        description:
          'End-to-end encryption: where the keys come from, and what to do when encrypting or decrypting fails.',
        type: 'object',
        additionalProperties: false,
        required: ['cryptoKeyReaderClassName'],
        properties: {
          cryptoKeyReaderClassName: {
            description:
              "Class in the package that implements Pulsar's CryptoKeyReader; Pulsar cannot use a cryptoConfig without it.",
            type: 'string',
            minLength: 1,
          },
          cryptoKeyReaderConfig: {
            description: 'Settings handed to the constructor of the key reader.',
            type: 'object',
            additionalProperties: true,
          },
          encryptionKeys: {
            description:
              'Names of the keys that outgoing messages are encrypted with; a producer needs at least one, a consumer none.',
            type: 'array',
            items: {
              type: 'string',
              minLength: 1,
            },
          },
          producerCryptoFailureAction: {
            description:
              'What the producer does with a message it cannot encrypt: fail the send, or send it unencrypted.',
            type: 'string',
            enum: ['FAIL', 'SEND'],
          },
          consumerCryptoFailureAction: {
            description:
              'What the consumer does with a message it cannot decrypt: fail the receive, discard the message, or deliver it still encrypted.',
            type: 'string',
            enum: ['FAIL', 'DISCARD', 'CONSUME'],
          },
        },
      },
      batchSourceConfig: {
        title: 'BatchSourceConfig',
        description: 'How a batch source learns that there is something new to collect.',
        type: 'object',
        additionalProperties: false,
        required: ['discoveryTriggererClassName'],
        properties: {
          discoveryTriggererClassName: {
            description:
              'Class in the package that triggers the discovery of new work; it cannot be changed by an update.',
            type: 'string',
            minLength: 1,
          },
          discoveryTriggererConfig: {
            description: 'Settings handed to the discovery triggerer.',
            type: 'object',
            additionalProperties: true,
          },
        },
      },
      resources: {
        title: 'SourceResources',
        description: 'What each instance of the source gets, on runtimes that can enforce it.',
        type: 'object',
        additionalProperties: false,
        properties: {
          cpu: {
            description: 'Processor share in cores; 1 if absent.',
            type: 'number',
            exclusiveMinimum: 0,
          },
          ram: {
            description: 'Memory in bytes; 1 GiB if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
          disk: {
            description: 'Disk space in bytes; 10 GiB if absent.',
            type: 'integer',
            minimum: 1,
            maximum: 9007199254740991,
          },
        },
      },
      environmentPatch: {
        title: 'SourceEnvironmentPatch',
        description:
          "A merge patch (RFC 7396) over the source config's own fields, where null clears a field; identity, type and environments cannot be patched, and the merged config is validated as a whole.",
        type: 'object',
        propertyNames: {
          not: {
            enum: ['tenant', 'namespace', 'name', 'type', 'environments'],
          },
        },
        additionalProperties: true,
      },
    },
    examples: [
      {
        type: 'source',
        tenant: 'public',
        namespace: 'default',
        name: 'people',
        artifactPathOrUrl: 'builtin://data-generator',
        topicName: 'persistent://public/default/people',
        parallelism: 1,
        configs: {
          sleepBetweenMessages: 50,
        },
        environments: {
          prod: {
            configs: {
              sleepBetweenMessages: 5000,
            },
          },
        },
      },
      {
        type: 'source',
        tenant: 'public',
        namespace: 'default',
        name: 'people-every-minute',
        artifactPathOrUrl: 'builtin://batch-data-generator',
        topicName: 'persistent://public/default/people-batches',
        batchSourceConfig: {
          discoveryTriggererClassName: 'org.apache.pulsar.io.batchdiscovery.CronTriggerer',
          discoveryTriggererConfig: {
            __CRON__: '0 * * * * *',
          },
        },
        producerConfig: {
          maxPendingMessages: 1000,
          compressionType: 'LZ4',
        },
      },
    ],
  },
  'answered-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'answered-document.json',
    title: 'AnsweredDocument',
    type: 'object',
    description: 'answered:<command id>: the first reply to an id.',
    properties: {
      kind: {
        const: 'answered',
        description: "The document's kind, also the first part of its id.",
      },
      commandHash: {
        $ref: 'common.json#/definitions/Hash',
      },
      actor: {
        type: 'string',
        description: 'Who asked.',
      },
      reply: {
        $ref: 'reply.json',
      },
    },
    required: ['kind', 'commandHash', 'actor', 'reply'],
    additionalProperties: false,
  },
  'api-token-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'api-token-document.json',
    title: 'ApiTokenDocument',
    type: 'object',
    description: 'api-token:<name>: what an API token may, by its hash.',
    properties: {
      kind: {
        const: 'api-token',
        description: "The document's kind, also the first part of its id.",
      },
      name: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: "The token's name; it is never used again, since records name it.",
      },
      hash: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description: 'SHA-256 of the whole token (hex): the token itself is sent nowhere but by its bearer.',
      },
      roles: {
        type: 'array',
        description: 'Roles that it has.',
        minItems: 1,
        maxItems: 7,
        items: {
          type: 'string',
          enum: ['viewer', 'developer', 'approver', 'operator', 'service', 'admin', 'overrider'],
          description: 'A role.',
        },
      },
      projects: {
        type: 'array',
        description: 'Projects that it may act in and read; absent: all.',
        minItems: 1,
        maxItems: 100,
        items: {
          $ref: 'common.json#/definitions/ProjectName',
        },
      },
      createdAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      expiresAt: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Timestamp',
          },
        ],
        description: 'It is good until then.',
      },
      people: {
        type: 'array',
        description:
          'Whom it was made for, and who made it: where four eyes are asked for, they count as the token.',
        items: {
          type: 'string',
          description: 'A name as the identity check finds it.',
        },
      },
      note: {
        type: 'string',
        maxLength: 1000,
        description: 'What it is for.',
      },
      revoked: {
        type: 'object',
        description: 'It was revoked.',
        properties: {
          time: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          by: {
            type: 'string',
            description: 'Who revoked it.',
          },
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: 'Why, for people who read the log.',
          },
        },
        required: ['time', 'by'],
        additionalProperties: false,
      },
    },
    required: ['kind', 'name', 'hash', 'roles', 'createdAt', 'expiresAt', 'people'],
    additionalProperties: false,
  },
  'approval-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'approval-document.json',
    title: 'ApprovalDocument',
    type: 'object',
    description:
      'approval:<project>:<environment>:<stage set>: the newest request to approve a commit of a stage set, and who has. It is bound to contentHash: where the entries or what a plan says of them have changed since, it is void, whatever its state.',
    properties: {
      kind: {
        const: 'approval',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      state: {
        type: 'string',
        enum: ['open', 'approved', 'rejected', 'withdrawn', 'used'],
        description: 'open: votes are missing; used: a release was committed with it.',
      },
      contentHash: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'What it is about: a hash over the entries, the target, and what a plan of them says.',
      },
      entries: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'The hash over the entries alone.',
      },
      plan: {
        allOf: [
          {
            $ref: 'task-message.json#/definitions/TaskId',
          },
        ],
        description: 'The plan that it was asked for with: its task.',
      },
      functions: {
        type: 'integer',
        minimum: 1,
        description: 'How many entries.',
      },
      names: {
        type: 'array',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        description: 'Only these entries; all where nothing is said.',
      },
      requestedBy: {
        $ref: 'common.json#/definitions/Person',
      },
      requestedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      acceptDifferences: {
        type: 'array',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        description:
          'Functions whose proof the commit may count although their read-back differed; part of what is approved.',
      },
      force: {
        type: 'boolean',
        description:
          'The commit may put aside that another release has changed a function since; part of what is approved.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      votes: {
        type: 'array',
        items: {
          $ref: '#/definitions/Vote',
        },
        description: 'Who approved, in order.',
      },
      rejected: {
        $ref: '#/definitions/ApprovalEnd',
      },
      withdrawn: {
        $ref: '#/definitions/ApprovalEnd',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release that used it.',
      },
    },
    required: [
      'kind',
      'project',
      'environment',
      'stageSet',
      'state',
      'contentHash',
      'entries',
      'plan',
      'functions',
      'requestedBy',
      'requestedAt',
      'votes',
    ],
    additionalProperties: false,
    definitions: {
      Vote: {
        title: 'Vote',
        type: 'object',
        description: "One person's approval.",
        properties: {
          name: {
            type: 'string',
            description: 'Who.',
          },
          behind: {
            type: 'array',
            items: {
              type: 'string',
              description: 'A name.',
            },
            description: 'Who is behind an API token.',
          },
          at: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          note: {
            type: 'string',
            description: 'Why, for people who read the log.',
            maxLength: 1000,
          },
        },
        required: ['name', 'at'],
        additionalProperties: false,
      },
      ApprovalEnd: {
        title: 'ApprovalEnd',
        type: 'object',
        description: 'Who ended it, and why.',
        properties: {
          by: {
            type: 'string',
            description: 'Who.',
          },
          at: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          reason: {
            type: 'string',
            maxLength: 1000,
            description: 'Why.',
          },
        },
        required: ['by', 'at'],
        additionalProperties: false,
      },
    },
  },
  'artifact-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'artifact-document.json',
    title: 'ArtifactDocument',
    type: 'object',
    description: 'artifact:<sha256>: what is known of a package, by its SHA-256 (hex).',
    properties: {
      kind: {
        const: 'artifact',
        description: "The document's kind, also the first part of its id.",
      },
      sha256: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description: "The package's SHA-256 (hex).",
      },
      rejected: {
        $ref: 'common.json#/definitions/Rejection',
      },
      allowed: {
        title: 'ArtifactAllowance',
        type: 'object',
        description: 'Who allowed it again.',
        properties: {
          by: {
            type: 'string',
            description: 'Who.',
          },
          at: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          note: {
            type: 'string',
            description: 'Why, for people who read the log.',
            maxLength: 1000,
          },
        },
        required: ['by', 'at'],
        additionalProperties: false,
      },
    },
    required: ['kind', 'sha256'],
    additionalProperties: false,
  },
  'audit-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'audit-document.json',
    title: 'AuditDocument',
    type: 'object',
    description: 'audit:<position>: who asked for what and how it ended.',
    properties: {
      kind: {
        const: 'audit',
        description: "The document's kind, also the first part of its id.",
      },
      time: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      id: {
        type: 'string',
        description: "The command's id.",
      },
      command: {
        type: 'string',
        description: 'The command.',
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      actor: {
        type: 'string',
        description: 'Who asked.',
      },
      via: {
        type: 'string',
        enum: ['commands', 'results', 'internal'],
        description: 'The way in: the command topic, the results topic, or the writer itself.',
      },
      outcome: {
        type: 'string',
        enum: ['ok', 'rejected', 'denied', 'failed'],
        description: 'How it ended.',
      },
      code: {
        type: 'string',
        description: "The refusal's code.",
      },
      reason: {
        type: 'string',
        maxLength: 500,
        description: 'Why it was refused or failed, cut to 500 characters, secrets masked.',
      },
      events: {
        type: 'array',
        description: 'Types of the events.',
        items: {
          type: 'string',
          description: 'A type.',
        },
      },
      entities: {
        type: 'array',
        maxItems: 200,
        description:
          'Ids of the environments, releases, stage sets, approvals, artifacts and functions that its events touch, at most 200 of them.',
        items: {
          type: 'string',
          description: 'An id.',
        },
      },
      entitiesOmitted: {
        type: 'integer',
        minimum: 1,
        description: 'How many more there are than are listed; absent where all are.',
      },
      override: {
        type: 'string',
        maxLength: 500,
        description:
          'Why somebody overrode what would have refused it, cut to 500 characters, secrets masked; absent where nobody did.',
      },
      overrode: {
        type: 'array',
        items: {
          type: 'string',
          description: 'A code.',
        },
        description: 'The codes that would have refused it; with an override only.',
      },
      allowLiterals: {
        $ref: 'common.json#/definitions/AllowedLiterals',
      },
    },
    required: ['kind', 'time', 'id', 'command', 'project', 'actor', 'via', 'outcome', 'events', 'entities'],
    additionalProperties: false,
  },
  'content-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'content-document.json',
    title: 'ContentDocument',
    type: 'object',
    description: 'content:<hash>: a config with its patches.',
    properties: {
      kind: {
        const: 'content',
        description: "The document's kind, also the first part of its id.",
      },
      hash: {
        $ref: 'common.json#/definitions/Hash',
      },
      config: {
        type: 'object',
        additionalProperties: true,
        description: 'The canonical config.',
      },
    },
    required: ['kind', 'hash', 'config'],
    additionalProperties: false,
  },
  'deployment-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'deployment-document.json',
    title: 'DeploymentDocument',
    type: 'object',
    description: 'deployment:<project>:<environment>:<number>:<function>: one function of one release.',
    properties: {
      kind: {
        const: 'deployment',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 0,
        description: 'The release.',
      },
      function: {
        $ref: 'common.json#/definitions/FunctionName',
      },
      workload: {
        $ref: 'common.json#/definitions/WorkloadType',
      },
      index: {
        type: 'integer',
        minimum: 0,
        description: "Which of the release's functions, from 0.",
      },
      of: {
        type: 'integer',
        minimum: 0,
        description: 'How many the release has.',
      },
      operation: {
        $ref: 'common.json#/definitions/Operation',
      },
      contentHash: {
        anyOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
          {
            type: 'null',
          },
        ],
        description: 'Null for a deletion.',
      },
      target: {
        $ref: 'common.json#/definitions/TargetKind',
      },
      requiredPackage: {
        type: 'string',
        description: 'The digest the package must have (hex).',
      },
      state: {
        $ref: 'common.json#/definitions/DeploymentState',
      },
      packageSha256: {
        type: 'string',
        description: 'The digest of the package that was sent (hex).',
      },
      answer: {
        $ref: 'common.json#/definitions/ServerAnswer',
      },
      previous: {
        type: 'integer',
        minimum: 0,
        description: "The release of the function's success before this one; 0 where there is none.",
      },
      finishedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      wave: {
        type: 'integer',
        minimum: 0,
        description: "Which of the release's waves, from 0; absent where there is one.",
      },
      allowRecreate: {
        type: 'boolean',
        description: 'It may be deleted and created anew where Pulsar leaves no other way.',
      },
      differences: {
        type: 'array',
        maxItems: 50,
        description: 'For deployed-with-differences: the fields whose read-back differs from what was asked.',
        items: {
          $ref: 'common.json#/definitions/FieldChange',
        },
      },
      stopped: {
        type: 'boolean',
        description: 'The function is stopped, and was left so.',
      },
      created: {
        type: 'boolean',
        description: 'The function was not there before, and this deployment created it.',
      },
      imported: {
        type: 'boolean',
        description:
          'It ran already and was taken over as it was: nobody has looked how it runs, and it proves nothing.',
      },
    },
    required: [
      'kind',
      'project',
      'environment',
      'release',
      'function',
      'workload',
      'index',
      'of',
      'operation',
      'contentHash',
      'target',
      'state',
    ],
    additionalProperties: false,
  },
  'documents.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'documents.json',
    title: 'AnyDocument',
    description: 'Any document of the fold.',
    type: 'object',
    oneOf: [
      {
        $ref: 'function-document.json',
      },
      {
        $ref: 'content-document.json',
      },
      {
        $ref: 'stage-set-document.json',
      },
      {
        $ref: 'staged-document.json',
      },
      {
        $ref: 'release-document.json',
      },
      {
        $ref: 'deployment-document.json',
      },
      {
        $ref: 'proof-document.json',
      },
      {
        $ref: 'environment-document.json',
      },
      {
        $ref: 'project-document.json',
      },
      {
        $ref: 'effects-document.json',
      },
      {
        $ref: 'answered-document.json',
      },
      {
        $ref: 'audit-document.json',
      },
      {
        $ref: 'task-document.json',
      },
      {
        $ref: 'plan-document.json',
      },
      {
        $ref: 'planned-document.json',
      },
      {
        $ref: 'drift-document.json',
      },
      {
        $ref: 'drifted-document.json',
      },
      {
        $ref: 'api-token-document.json',
      },
      {
        $ref: 'webhook-subscriptions-document.json',
      },
      {
        $ref: 'approval-document.json',
      },
      {
        $ref: 'artifact-document.json',
      },
    ],
  },
  'drift-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'drift-document.json',
    title: 'DriftDocument',
    type: 'object',
    description:
      'drift:<project>:<environment>: what the newest comparison of all functions found; what it says of each that differs is in drifted:<project>:<environment>:<function>.',
    properties: {
      kind: {
        const: 'drift',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of its request: an earlier one does not replace it.',
      },
      target: {
        type: 'string',
        description: 'Fingerprint of the target that was looked at.',
      },
      checkedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      complete: {
        type: 'boolean',
        description: 'Every part of it is recorded.',
      },
      summary: {
        $ref: 'drift-document.json#/definitions/DriftSummary',
      },
    },
    required: [
      'kind',
      'project',
      'environment',
      'task',
      'requested',
      'target',
      'checkedAt',
      'complete',
      'summary',
    ],
    additionalProperties: false,
    definitions: {
      DriftState: {
        title: 'DriftState',
        type: 'string',
        enum: ['drifted', 'missing', 'unreadable'],
        description:
          'How it differs: something else runs (drifted), nothing does (missing), or it could not be compared (unreadable).',
      },
      FunctionDrift: {
        title: 'FunctionDrift',
        type: 'object',
        description: 'How one function differs from what was deployed last; contentHash is that of what was.',
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          workload: {
            $ref: 'common.json#/definitions/WorkloadType',
          },
          contentHash: {
            $ref: 'common.json#/definitions/Hash',
          },
          state: {
            $ref: 'drift-document.json#/definitions/DriftState',
          },
          changes: {
            type: 'array',
            description: 'Every field that differs, and what an update would do about it.',
            items: {
              $ref: 'common.json#/definitions/FieldChange',
            },
            maxItems: 100,
          },
          code: {
            type: 'string',
            maxLength: 100,
            description: 'Why it could not be compared: a code of docs/errors.md.',
          },
          reason: {
            type: 'string',
            maxLength: 1000,
            description: 'The same in words.',
          },
        },
        required: ['function', 'workload', 'contentHash', 'state', 'changes'],
        additionalProperties: false,
      },
      DriftSummary: {
        title: 'DriftSummary',
        type: 'object',
        description: 'What a comparison found, so far.',
        properties: {
          run: {
            $ref: 'common.json#/definitions/Hash',
          },
          parts: {
            type: 'integer',
            minimum: 1,
            description: 'In how many parts it was reported.',
          },
          received: {
            type: 'integer',
            minimum: 0,
            description: 'How many of them are recorded; they come in order.',
          },
          checked: {
            type: 'integer',
            minimum: 0,
            description: 'Functions compared.',
          },
          drifted: {
            type: 'integer',
            minimum: 0,
            description: 'Something else runs.',
          },
          missing: {
            type: 'integer',
            minimum: 0,
            description: 'Nothing runs.',
          },
          unreadable: {
            type: 'integer',
            minimum: 0,
            description: 'Could not be compared.',
          },
          repair: {
            type: 'integer',
            minimum: 1,
            description: 'The release that deploys them again.',
          },
          notRepaired: {
            type: 'string',
            maxLength: 300,
            description: 'Why none does, although it was asked for.',
          },
        },
        required: ['run', 'parts', 'received', 'checked', 'drifted', 'missing', 'unreadable'],
        additionalProperties: false,
      },
    },
  },
  'drifted-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'drifted-document.json',
    title: 'DriftedDocument',
    type: 'object',
    description:
      'drifted:<project>:<environment>:<function>: how one function differs from what was deployed last.',
    properties: {
      kind: {
        const: 'drifted',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of its request.',
      },
      checkedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      drift: {
        $ref: 'drift-document.json#/definitions/FunctionDrift',
      },
    },
    required: ['kind', 'project', 'environment', 'task', 'requested', 'checkedAt', 'drift'],
    additionalProperties: false,
  },
  'effects-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'effects-document.json',
    title: 'EffectsDocument',
    type: 'object',
    description: "effects:<topic>: how far a topic's effects are made and published.",
    properties: {
      kind: {
        const: 'effects',
        description: "The document's kind, also the first part of its id.",
      },
      topic: {
        type: 'string',
        description: 'The topic.',
      },
      next: {
        type: 'integer',
        minimum: 1,
        description: 'The number that the next effect gets.',
      },
      published: {
        type: 'integer',
        minimum: 0,
        description: 'Every number up to this one is stored on the topic, or was skipped.',
      },
      pending: {
        type: 'array',
        description: 'What has effects not yet known to be published, oldest first.',
        items: {
          anyOf: [
            {
              $ref: '#/definitions/PendingEffects',
            },
            {
              $ref: '#/definitions/PendingTask',
            },
          ],
        },
      },
      released: {
        type: 'integer',
        minimum: 0,
        description: 'Every number up to this one may be published, however old.',
      },
      releases: {
        type: 'array',
        description:
          'Where in the journal that was said, as long as there is something to publish by it; absent where there is not.',
        items: {
          $ref: '#/definitions/EffectsRelease',
        },
      },
      skipped: {
        type: 'array',
        description:
          'Numbers beyond `published` that are never published, in order; absent where there are none.',
        items: {
          $ref: '#/definitions/SkippedNumbers',
        },
      },
    },
    required: ['kind', 'topic', 'next', 'published', 'pending'],
    additionalProperties: false,
    definitions: {
      EffectsRelease: {
        title: 'EffectsRelease',
        type: 'object',
        description: 'Somebody let effects out.',
        properties: {
          through: {
            type: 'integer',
            minimum: 0,
            description: 'Up to this number.',
          },
          position: {
            type: 'integer',
            minimum: 1,
            description: 'The record that says so.',
          },
        },
        required: ['through', 'position'],
        additionalProperties: false,
      },
      SkippedNumbers: {
        title: 'SkippedNumbers',
        type: 'object',
        description: 'Numbers that are never published.',
        properties: {
          first: {
            type: 'integer',
            minimum: 1,
            description: 'The first.',
          },
          through: {
            type: 'integer',
            minimum: 1,
            description: 'The last.',
          },
        },
        required: ['first', 'through'],
        additionalProperties: false,
      },
      PendingEffects: {
        title: 'PendingEffects',
        type: 'object',
        description: 'The effects of one wave of a release.',
        properties: {
          project: {
            $ref: 'common.json#/definitions/ProjectName',
          },
          environment: {
            $ref: 'common.json#/definitions/EnvironmentName',
          },
          release: {
            type: 'integer',
            minimum: 0,
            description: 'The release.',
          },
          position: {
            type: 'integer',
            minimum: 0,
            description:
              'The position of the record that numbers them: its commit, or the beginning of the wave.',
          },
          first: {
            type: 'integer',
            minimum: 0,
            description: 'Its first number.',
          },
          count: {
            type: 'integer',
            minimum: 0,
            description: 'How many.',
          },
          from: {
            type: 'integer',
            minimum: 0,
            description: "The index of the first among the release's functions; absent for its first wave.",
          },
          time: {
            $ref: 'common.json#/definitions/Timestamp',
          },
        },
        required: ['project', 'environment', 'release', 'position', 'first', 'count', 'time'],
        additionalProperties: false,
      },
      PendingTask: {
        title: 'PendingTask',
        type: 'object',
        description: 'The effects of one task.',
        properties: {
          project: {
            $ref: 'common.json#/definitions/ProjectName',
          },
          environment: {
            $ref: 'common.json#/definitions/EnvironmentName',
          },
          task: {
            $ref: 'task-message.json#/definitions/TaskId',
          },
          position: {
            type: 'integer',
            minimum: 0,
            description: 'The position of its request.',
          },
          first: {
            type: 'integer',
            minimum: 0,
            description: 'Its first number.',
          },
          count: {
            type: 'integer',
            minimum: 0,
            description: 'How many.',
          },
          time: {
            $ref: 'common.json#/definitions/Timestamp',
          },
        },
        required: ['project', 'environment', 'task', 'position', 'first', 'count', 'time'],
        additionalProperties: false,
      },
    },
  },
  'environment-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'environment-document.json',
    title: 'EnvironmentDocument',
    type: 'object',
    description: 'environment:<name>: a deployment target in force.',
    properties: {
      kind: {
        const: 'environment',
        description: "The document's kind, also the first part of its id.",
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      order: {
        type: 'integer',
        minimum: 0,
        description: 'Place in the promotion order, from 0.',
      },
      target: {
        $ref: 'common.json#/definitions/Target',
      },
      since: {
        type: 'integer',
        minimum: 0,
        description: 'The position since which this target is in force.',
      },
      open: {
        type: 'array',
        description: 'Releases that wait for outcomes.',
        items: {
          $ref: '#/definitions/OpenRelease',
        },
      },
      approvals: {
        $ref: 'common.json#/definitions/ApprovalPolicyInForce',
      },
      frozen: {
        $ref: '#/definitions/Freeze',
      },
    },
    required: ['kind', 'environment', 'order', 'target', 'since', 'open'],
    additionalProperties: false,
    definitions: {
      OpenRelease: {
        title: 'OpenRelease',
        type: 'object',
        description: 'A release without all its outcomes.',
        properties: {
          project: {
            $ref: 'common.json#/definitions/ProjectName',
          },
          release: {
            type: 'integer',
            minimum: 1,
            description: 'Its number.',
          },
          since: {
            allOf: [
              {
                $ref: 'common.json#/definitions/Timestamp',
              },
            ],
            description: 'When it was committed, or got its latest outcome.',
          },
        },
        required: ['project', 'release', 'since'],
        additionalProperties: false,
      },
      Freeze: {
        title: 'Freeze',
        type: 'object',
        description: 'Nothing is deployed there; expired by itself after `until`.',
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: 'Why.',
          },
          by: {
            type: 'string',
            description: 'Who.',
          },
          since: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          until: {
            allOf: [
              {
                $ref: 'common.json#/definitions/Timestamp',
              },
            ],
            description: 'Until when; until somebody unfreezes it where nothing is said.',
          },
        },
        required: ['reason', 'by', 'since'],
        additionalProperties: false,
      },
    },
  },
  'function-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'function-document.json',
    title: 'FunctionDocument',
    type: 'object',
    description:
      'function:<tenant>/<namespace>/<name>: who owns it, where it is staged and what each environment has of it.',
    properties: {
      kind: {
        const: 'function',
        description: "The document's kind, also the first part of its id.",
      },
      function: {
        $ref: 'common.json#/definitions/FunctionName',
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      workload: {
        $ref: 'common.json#/definitions/WorkloadType',
      },
      since: {
        type: 'integer',
        minimum: 1,
        description:
          'The position at which the project took the function; proofs of earlier releases do not count.',
      },
      staged: {
        type: 'object',
        description: "By stage set: the staged content's hash, or `delete`.",
        additionalProperties: {
          type: 'string',
        },
      },
      environments: {
        type: 'object',
        description: 'By environment.',
        additionalProperties: {
          $ref: '#/definitions/FunctionInEnvironment',
        },
      },
      held: {
        type: 'object',
        description:
          'Contents that rollbacks took out: by content hash and environment the position of the newest such rollback. Older proofs there do not count, and the content is held there and in the environments after it until it is staged and proven again.',
        additionalProperties: {
          type: 'object',
          description: 'By environment.',
          additionalProperties: {
            type: 'integer',
            minimum: 1,
          },
        },
      },
      rejected: {
        type: 'object',
        description:
          'Contents of rejected releases: by content hash and release (environment/number), until the release is allowed again.',
        additionalProperties: {
          type: 'object',
          description: 'By release.',
          additionalProperties: {
            $ref: 'common.json#/definitions/Rejection',
          },
        },
      },
    },
    required: ['kind', 'function', 'project', 'workload', 'since', 'staged', 'environments', 'held'],
    additionalProperties: false,
    definitions: {
      FunctionInEnvironment: {
        title: 'FunctionInEnvironment',
        type: 'object',
        description: 'The newest deployment of a function in an environment, and its newest success.',
        properties: {
          release: {
            type: 'integer',
            minimum: 0,
            description: 'The newest release that changes it.',
          },
          operation: {
            $ref: 'common.json#/definitions/Operation',
          },
          contentHash: {
            anyOf: [
              {
                $ref: 'common.json#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
            description: 'Null for a deletion.',
          },
          state: {
            $ref: 'common.json#/definitions/DeploymentState',
          },
          target: {
            $ref: 'common.json#/definitions/Target',
          },
          succeeded: {
            $ref: '#/definitions/Success',
          },
        },
        required: ['release', 'operation', 'contentHash', 'state', 'target'],
        additionalProperties: false,
      },
      Success: {
        title: 'Success',
        type: 'object',
        description: 'A success.',
        properties: {
          release: {
            type: 'integer',
            minimum: 0,
            description: 'The release.',
          },
          operation: {
            $ref: 'common.json#/definitions/Operation',
          },
          contentHash: {
            anyOf: [
              {
                $ref: 'common.json#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
            description: 'Null for a deletion.',
          },
          packageSha256: {
            type: 'string',
            description: "The package's digest (hex).",
          },
          target: {
            type: 'string',
            description: 'Fingerprint of the target.',
          },
        },
        required: ['release', 'operation', 'contentHash', 'target'],
        additionalProperties: false,
      },
    },
  },
  'plan-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'plan-document.json',
    title: 'PlanDocument',
    type: 'object',
    description:
      'plan:<project>:<environment>:<stage set>: the newest plan of a stage set for an environment; what it says of each function is in planned:<project>:<environment>:<stage set>:<function>.',
    properties: {
      kind: {
        const: 'plan',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of its request: a plan that was requested earlier does not replace it.',
      },
      target: {
        type: 'string',
        description: 'Fingerprint of the target that it was made on.',
      },
      plannedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      complete: {
        type: 'boolean',
        description: 'Every part of it is recorded.',
      },
      summary: {
        $ref: 'plan-document.json#/definitions/PlanSummary',
      },
      outcome: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description:
          'A hash over what it says of each function so far: operations, changes and notices, in order. Two plans that say the same have the same.',
      },
    },
    required: [
      'kind',
      'project',
      'environment',
      'stageSet',
      'task',
      'requested',
      'target',
      'plannedAt',
      'complete',
      'summary',
    ],
    additionalProperties: false,
    definitions: {
      PlanCounts: {
        title: 'PlanCounts',
        type: 'object',
        description: 'Functions by what would be done to them.',
        properties: {
          create: {
            type: 'integer',
            minimum: 0,
            description: 'Created.',
          },
          update: {
            type: 'integer',
            minimum: 0,
            description: 'Updated.',
          },
          unchanged: {
            type: 'integer',
            minimum: 0,
            description: 'Left as they are.',
          },
          're-create': {
            type: 'integer',
            minimum: 0,
            description: 'Deleted and created anew.',
          },
          delete: {
            type: 'integer',
            minimum: 0,
            description: 'Deleted.',
          },
          blocked: {
            type: 'integer',
            minimum: 0,
            description: 'Refused, or not possible.',
          },
        },
        required: ['create', 'update', 'unchanged', 're-create', 'delete', 'blocked'],
        additionalProperties: false,
      },
      PlanSummary: {
        title: 'PlanSummary',
        type: 'object',
        description:
          'What a plan says, in short. contentHash is a hash over function and content of all that was planned, run names one reading of the cluster.',
        properties: {
          contentHash: {
            $ref: 'common.json#/definitions/Hash',
          },
          run: {
            $ref: 'common.json#/definitions/Hash',
          },
          parts: {
            type: 'integer',
            minimum: 1,
            description: 'In how many parts it was reported.',
          },
          received: {
            type: 'integer',
            minimum: 0,
            description: 'How many of them are recorded; they come in order.',
          },
          functions: {
            type: 'integer',
            minimum: 0,
            description: 'Functions planned in the parts so far.',
          },
          counts: {
            $ref: 'plan-document.json#/definitions/PlanCounts',
          },
          notices: {
            type: 'integer',
            minimum: 0,
            description: 'Findings in the parts so far.',
          },
          blocked: {
            type: 'array',
            description: 'The first functions whose deployment would fail.',
            items: {
              $ref: 'common.json#/definitions/FunctionName',
            },
            maxItems: 20,
          },
        },
        required: ['contentHash', 'run', 'parts', 'received', 'functions', 'counts', 'notices', 'blocked'],
        additionalProperties: false,
      },
      PlanRef: {
        title: 'PlanRef',
        type: 'object',
        description: 'The plan that a release was committed with; contentHash is that of the whole plan.',
        properties: {
          task: {
            $ref: 'task-message.json#/definitions/TaskId',
          },
          contentHash: {
            $ref: 'common.json#/definitions/Hash',
          },
          time: {
            $ref: 'common.json#/definitions/Timestamp',
          },
        },
        required: ['task', 'contentHash', 'time'],
        additionalProperties: false,
      },
    },
  },
  'planned-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'planned-document.json',
    title: 'PlannedDocument',
    type: 'object',
    description:
      'planned:<project>:<environment>:<stage set>:<function>: what the newest plan says of one function. One of another task than the plan document names is left over from an earlier plan.',
    properties: {
      kind: {
        const: 'planned',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of its request.',
      },
      plan: {
        $ref: 'common.json#/definitions/FunctionPlan',
      },
    },
    required: ['kind', 'project', 'environment', 'stageSet', 'task', 'requested', 'plan'],
    additionalProperties: false,
  },
  'project-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'project-document.json',
    title: 'ProjectDocument',
    type: 'object',
    description: "project:<name>: numbers that a project's next release needs.",
    properties: {
      kind: {
        const: 'project',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      releases: {
        type: 'object',
        description: "By environment: the newest release's number.",
        additionalProperties: {
          type: 'integer',
          minimum: 1,
        },
      },
    },
    required: ['kind', 'project', 'releases'],
    additionalProperties: false,
  },
  'proof-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'proof-document.json',
    title: 'ProofDocument',
    type: 'object',
    description:
      'proof:<project>:<function>:<content hash>: where a content is proven. Rollbacks that took it out stand in the function.',
    properties: {
      kind: {
        const: 'proof',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      function: {
        $ref: 'common.json#/definitions/FunctionName',
      },
      contentHash: {
        $ref: 'common.json#/definitions/Hash',
      },
      proven: {
        type: 'object',
        description: 'By environment.',
        additionalProperties: {
          $ref: '#/definitions/Proof',
        },
      },
    },
    required: ['kind', 'project', 'function', 'contentHash', 'proven'],
    additionalProperties: false,
    definitions: {
      Proof: {
        title: 'Proof',
        type: 'object',
        description: 'A success of this content in an environment.',
        properties: {
          position: {
            type: 'integer',
            minimum: 0,
            description: 'The position of the proof.',
          },
          release: {
            type: 'integer',
            minimum: 0,
            description: 'The release.',
          },
          committed: {
            type: 'integer',
            minimum: 1,
            description: "The position of that release's commit: a rollback after it takes the proof away.",
          },
          packageSha256: {
            type: 'string',
            description: "The package's digest (hex).",
          },
          target: {
            type: 'string',
            description: 'Fingerprint of the target.',
          },
          differs: {
            type: 'boolean',
            description:
              'The read-back differed from what was asked: it counts only where it is accepted by name.',
          },
        },
        required: ['position', 'release', 'committed', 'target'],
        additionalProperties: false,
      },
    },
  },
  'release-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'release-document.json',
    title: 'ReleaseDocument',
    type: 'object',
    description: 'release:<project>:<environment>:<number>: counts and state.',
    properties: {
      kind: {
        const: 'release',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 0,
        description: 'Its number.',
      },
      releaseKind: {
        type: 'string',
        enum: ['commit', 'rollback', 'retry', 'repair', 'import'],
        description: 'What made it.',
      },
      state: {
        $ref: 'common.json#/definitions/ReleaseState',
      },
      of: {
        type: 'integer',
        minimum: 0,
        description: 'How many functions it changes.',
      },
      counts: {
        $ref: 'common.json#/definitions/OutcomeCounts',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      toRelease: {
        type: 'integer',
        minimum: 0,
        description: 'For a rollback: the release returned to.',
      },
      retryOf: {
        type: 'integer',
        minimum: 1,
        description: 'For a retry: the release whose failed functions it repeats.',
      },
      rollbackOf: {
        type: 'integer',
        minimum: 1,
        description: 'For a rollback that a release asked for itself, by its onFailure: that release.',
      },
      onFailure: {
        $ref: 'common.json#/definitions/OnFailure',
      },
      allowRecreate: {
        type: 'array',
        description: 'Functions that may be deleted and created anew where Pulsar leaves no other way.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        maxItems: 1000,
      },
      acceptDifferences: {
        type: 'array',
        description: 'Functions whose proof counts although the read-back differed from what was asked.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        maxItems: 1000,
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      target: {
        $ref: 'common.json#/definitions/Target',
      },
      committedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      committedBy: {
        type: 'string',
        description: 'Who committed it.',
      },
      committedPosition: {
        type: 'integer',
        minimum: 0,
        description: 'The position of its commit.',
      },
      waves: {
        type: 'array',
        description:
          'How many functions each wave has, in order; absent where there is one. A wave begins when every function of the one before has an outcome.',
        items: {
          type: 'integer',
          minimum: 1,
        },
        minItems: 2,
        maxItems: 20,
      },
      wave: {
        type: 'integer',
        minimum: 0,
        description: 'The wave that began last, from 0; absent where there is one.',
      },
      begun: {
        type: 'integer',
        minimum: 0,
        description:
          'How many functions belong to waves that have begun, or were given up; absent where there is one wave.',
      },
      failedBefore: {
        type: 'integer',
        minimum: 0,
        description:
          'Failures before its last wave began: they do not hold it again. Absent where there were none.',
      },
      skipped: {
        $ref: '#/definitions/ReleaseSkipped',
      },
      plan: {
        $ref: 'plan-document.json#/definitions/PlanRef',
      },
      cancelled: {
        $ref: '#/definitions/ReleaseSkipped',
      },
      rolledBackBy: {
        type: 'integer',
        minimum: 1,
        description: 'The release that put its functions back, as its onFailure asked for.',
      },
      notRolledBack: {
        type: 'string',
        description: 'Its onFailure asked for a rollback, and there was nothing to go back to: why.',
      },
      approval: {
        $ref: 'common.json#/definitions/ReleaseApproval',
      },
      override: {
        $ref: '#/definitions/ReleaseOverride',
      },
      rejected: {
        $ref: 'common.json#/definitions/Rejection',
      },
    },
    required: [
      'kind',
      'project',
      'environment',
      'release',
      'releaseKind',
      'state',
      'of',
      'counts',
      'target',
      'committedAt',
      'committedBy',
      'committedPosition',
    ],
    additionalProperties: false,
    definitions: {
      ReleaseSkipped: {
        title: 'ReleaseSkipped',
        type: 'object',
        description: 'Who gave up what of it had not left yet, or had no outcome, and why.',
        properties: {
          reason: {
            type: 'string',
            description: 'Why.',
          },
          by: {
            type: 'string',
            description: 'Who.',
          },
          at: {
            $ref: 'common.json#/definitions/Timestamp',
          },
        },
        required: ['reason', 'by', 'at'],
        additionalProperties: false,
      },
      ReleaseOverride: {
        title: 'ReleaseOverride',
        type: 'object',
        description: 'The newest override: at the commit, or when its next wave was let begin.',
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: 'Why.',
          },
          by: {
            type: 'string',
            description: 'Who.',
          },
          passed: {
            type: 'array',
            items: {
              type: 'string',
              description: 'A code of docs/errors.md.',
            },
            description: 'What would have refused it; empty where nothing would have.',
          },
          at: {
            $ref: 'common.json#/definitions/Timestamp',
          },
        },
        required: ['reason', 'by', 'passed', 'at'],
        additionalProperties: false,
      },
    },
  },
  'stage-set-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'stage-set-document.json',
    title: 'StageSetDocument',
    type: 'object',
    description: 'stage-set:<project>:<name>: counts and state.',
    properties: {
      kind: {
        const: 'stage-set',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      state: {
        type: 'string',
        enum: ['open', 'closed'],
        description: 'Closed when merged into another; staging opens it anew.',
      },
      mergedInto: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      counts: {
        $ref: 'common.json#/definitions/SetCounts',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['kind', 'project', 'stageSet', 'state', 'counts'],
    additionalProperties: false,
  },
  'staged-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'staged-document.json',
    title: 'StagedDocument',
    type: 'object',
    description: 'staged:<project>:<set>:<function>: one entry of a stage set.',
    properties: {
      kind: {
        const: 'staged',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      function: {
        $ref: 'common.json#/definitions/FunctionName',
      },
      workload: {
        $ref: 'common.json#/definitions/WorkloadType',
      },
      operation: {
        $ref: 'common.json#/definitions/Operation',
      },
      contentHash: {
        anyOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
          {
            type: 'null',
          },
        ],
        description: 'Null for a deletion.',
      },
      base: {
        $ref: 'common.json#/definitions/Bases',
      },
      stagedAt: {
        type: 'integer',
        minimum: 0,
        description: 'The position at which it was staged.',
      },
      authors: {
        type: 'array',
        items: {
          type: 'string',
          description: 'A name.',
        },
        description:
          'Everybody who staged it, in whatever set it came from, since it was last not staged, and whoever is behind them.',
      },
    },
    required: [
      'kind',
      'project',
      'stageSet',
      'function',
      'workload',
      'operation',
      'contentHash',
      'base',
      'stagedAt',
    ],
    additionalProperties: false,
  },
  'task-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'task-document.json',
    title: 'TaskDocument',
    type: 'object',
    description:
      'task:<project>:<environment>:<task>: something a deployer was asked to do that is no deployment, and what came of it.',
    properties: {
      kind: {
        const: 'task',
        description: "The document's kind, also the first part of its id.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      operation: {
        $ref: 'task-message.json#/definitions/TaskOperation',
      },
      state: {
        $ref: 'task-message.json#/definitions/TaskState',
      },
      target: {
        $ref: 'common.json#/definitions/Target',
      },
      requestedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      requestedBy: {
        type: 'string',
        description: 'Who asked.',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of the request.',
      },
      of: {
        type: 'integer',
        minimum: 1,
        description: 'How many messages it makes: one a function, or one in all.',
      },
      counts: {
        $ref: 'task-message.json#/definitions/TaskCounts',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      names: {
        type: 'array',
        description: 'Only these: entries of a plan, functions of a comparison or an import.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
      allowRecreate: {
        type: 'array',
        description: 'For a plan: functions that may be deleted and created anew.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
      toRelease: {
        type: 'integer',
        minimum: 1,
        description: 'For a plan of a rollback: the release returned to.',
      },
      packages: {
        type: 'array',
        description: 'Package digests that entries name by index, each once.',
        items: {
          $ref: 'common.json#/definitions/Hash',
        },
      },
      entries: {
        type: 'array',
        description: 'For a plan of a rollback: what it would write, by function name.',
        items: {
          $ref: 'release-committed.json#/definitions/ReleaseEntry',
        },
      },
      functions: {
        type: 'array',
        description: 'The functions that it is about, in the order of their messages.',
        items: {
          $ref: 'task-message.json#/definitions/TaskSubject',
        },
        maxItems: 500,
      },
      results: {
        type: 'array',
        description: 'Outcomes so far.',
        items: {
          $ref: 'task-message.json#/definitions/TaskResult',
        },
        maxItems: 500,
      },
      plan: {
        $ref: 'plan-document.json#/definitions/PlanSummary',
      },
      code: {
        type: 'string',
        description: 'Why it failed as a whole: a code of docs/errors.md.',
      },
      reason: {
        type: 'string',
        maxLength: 2000,
        description: 'The same in words.',
      },
      finishedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      drift: {
        $ref: 'task-message.json#/definitions/DriftWish',
      },
      import: {
        $ref: 'task-message.json#/definitions/ImportScope',
      },
      found: {
        $ref: 'drift-document.json#/definitions/DriftSummary',
      },
      imported: {
        $ref: 'functions-imported.json#/definitions/ImportSummary',
      },
      leftOut: {
        type: 'array',
        description: 'The first functions that an import did not take over, and why.',
        items: {
          $ref: 'functions-imported.json#/definitions/LeftOut',
        },
        maxItems: 100,
      },
    },
    required: [
      'kind',
      'project',
      'environment',
      'task',
      'operation',
      'state',
      'target',
      'requestedAt',
      'requestedBy',
      'requested',
      'of',
      'counts',
    ],
    additionalProperties: false,
  },
  'webhook-subscriptions-document.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'webhook-subscriptions-document.json',
    title: 'WebhookSubscriptionsDocument',
    type: 'object',
    description: "webhook-subscriptions:<topic>: where a topic's messages are posted to.",
    properties: {
      kind: {
        const: 'webhook-subscriptions',
        description: "The document's kind, also the first part of its id.",
      },
      topic: {
        type: 'string',
        pattern:
          '^(persistent|non-persistent)://[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,200}$',
        description: 'The topic that is pushed, by its full name.',
      },
      webhooks: {
        type: 'array',
        description: "Receivers of the topic's messages.",
        minItems: 1,
        maxItems: 20,
        items: {
          type: 'object',
          description: 'One receiver.',
          properties: {
            url: {
              type: 'string',
              pattern: '^https?://[\\x21-\\x7e]{1,2000}$',
              description:
                'Where each message is posted to. https and a public address, unless STAGELINE_WEBHOOK_URL_ALLOW names it.',
            },
            subscription: {
              type: 'string',
              pattern: '^[\\x21-\\x2e\\x30-\\x7e]{5,200}$',
              description: 'The subscription that remembers what was delivered.',
            },
            type: {
              type: 'string',
              enum: ['exclusive', 'shared', 'failover', 'keyshared'],
              description:
                'How several receivers share the subscription. Only shared is delivered to in parallel.',
            },
            initialPosition: {
              type: 'string',
              enum: ['latest', 'earliest'],
              description: 'Where a new subscription starts.',
            },
            headers: {
              type: 'object',
              description:
                'Headers that each request carries besides. No credentials: they would be kept for ever; a receiver knows Stageline by its signature.',
              maxProperties: 20,
              propertyNames: {
                pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,99}$',
              },
              additionalProperties: {
                type: 'string',
                pattern: '^[\\x20-\\x7e]{0,1000}$',
                description: "A header's value.",
              },
            },
            askedBy: {
              type: 'string',
              pattern: '^[\\x21-\\x7e]{1,200}$',
              description: "On the topic of replies: only the answers to this caller's commands.",
            },
            active: {
              type: 'boolean',
              description: 'False: nothing is delivered, and the subscription keeps what comes.',
            },
          },
          required: ['url', 'subscription', 'type', 'initialPosition', 'active'],
          additionalProperties: false,
        },
      },
      note: {
        type: 'string',
        maxLength: 1000,
        description: 'What it is for.',
      },
      createdAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      updatedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      by: {
        type: 'string',
        description: 'Who set them last.',
      },
    },
    required: ['kind', 'topic', 'webhooks', 'createdAt', 'updatedAt', 'by'],
    additionalProperties: false,
  },
  'api-token-created.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'api-token-created.json',
    title: 'ApiTokenCreated',
    type: 'object',
    description: 'An API token is known from now on.',
    properties: {
      type: {
        const: 'api-token-created',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      name: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: "The token's name; it is never used again, since records name it.",
      },
      hash: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description: 'SHA-256 of the whole token (hex): the token itself is sent nowhere but by its bearer.',
      },
      roles: {
        type: 'array',
        description: 'Roles that it has.',
        minItems: 1,
        maxItems: 7,
        items: {
          type: 'string',
          enum: ['viewer', 'developer', 'approver', 'operator', 'service', 'admin', 'overrider'],
          description: 'A role.',
        },
      },
      projects: {
        type: 'array',
        description: 'Projects that it may act in and read; absent: all.',
        minItems: 1,
        maxItems: 100,
        items: {
          $ref: 'common.json#/definitions/ProjectName',
        },
      },
      expiresAt: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Timestamp',
          },
        ],
        description: 'It is good until then.',
      },
      people: {
        type: 'array',
        description:
          'Whom it was made for, and who made it: where four eyes are asked for, they count as the token.',
        items: {
          type: 'string',
          description: 'A name as the identity check finds it.',
        },
      },
      note: {
        type: 'string',
        maxLength: 1000,
        description: 'What it is for.',
      },
    },
    required: ['type', 'project', 'name', 'hash', 'roles', 'expiresAt', 'people'],
    additionalProperties: false,
  },
  'api-token-revoked.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'api-token-revoked.json',
    title: 'ApiTokenRevoked',
    type: 'object',
    description: 'An API token is refused from now on.',
    properties: {
      type: {
        const: 'api-token-revoked',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      name: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: "The token's name; it is never used again, since records name it.",
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['type', 'project', 'name'],
    additionalProperties: false,
  },
  'approval-given.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'approval-given.json',
    title: 'ApprovalGiven',
    type: 'object',
    description: 'Somebody approved.',
    properties: {
      type: {
        const: 'approval-given',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      contentHash: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'What it is about: a hash over the entries, the target, and what a plan of them says.',
      },
      by: {
        $ref: 'common.json#/definitions/Person',
      },
      state: {
        type: 'string',
        enum: ['open', 'approved'],
        description:
          'Where it stands with this one; approved: there are as many as the environment requires.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['type', 'project', 'environment', 'stageSet', 'contentHash', 'by', 'state'],
    additionalProperties: false,
  },
  'approval-rejected.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'approval-rejected.json',
    title: 'ApprovalRejected',
    type: 'object',
    description: 'Somebody who might have approved rejected it.',
    properties: {
      type: {
        const: 'approval-rejected',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      contentHash: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'What it is about: a hash over the entries, the target, and what a plan of them says.',
      },
      by: {
        $ref: 'common.json#/definitions/Person',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['type', 'project', 'environment', 'stageSet', 'contentHash', 'by', 'reason'],
    additionalProperties: false,
  },
  'approval-requested.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'approval-requested.json',
    title: 'ApprovalRequested',
    type: 'object',
    description: 'Somebody asks others to approve what a commit would do.',
    properties: {
      type: {
        const: 'approval-requested',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      contentHash: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'What it is about: a hash over the entries, the target, and what a plan of them says.',
      },
      entries: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'The hash over the entries alone.',
      },
      plan: {
        allOf: [
          {
            $ref: 'task-message.json#/definitions/TaskId',
          },
        ],
        description: 'The plan that it was asked for with: its task.',
      },
      functions: {
        type: 'integer',
        minimum: 1,
        description: 'How many entries.',
      },
      names: {
        type: 'array',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        description: 'Only these entries; all where nothing is said.',
      },
      by: {
        $ref: 'common.json#/definitions/Person',
      },
      acceptDifferences: {
        type: 'array',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        description:
          'Functions whose proof the commit may count although their read-back differed; part of what is approved.',
      },
      force: {
        type: 'boolean',
        description:
          'The commit may put aside that another release has changed a function since; part of what is approved.',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: [
      'type',
      'project',
      'environment',
      'stageSet',
      'contentHash',
      'entries',
      'plan',
      'functions',
      'by',
    ],
    additionalProperties: false,
  },
  'approval-withdrawn.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'approval-withdrawn.json',
    title: 'ApprovalWithdrawn',
    type: 'object',
    description: 'The request was taken back.',
    properties: {
      type: {
        const: 'approval-withdrawn',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      contentHash: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Hash',
          },
        ],
        description: 'What it is about: a hash over the entries, the target, and what a plan of them says.',
      },
      by: {
        $ref: 'common.json#/definitions/Person',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['type', 'project', 'environment', 'stageSet', 'contentHash', 'by'],
    additionalProperties: false,
  },
  'artifact-allowed.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'artifact-allowed.json',
    title: 'ArtifactAllowed',
    type: 'object',
    description: 'A package may be deployed again.',
    properties: {
      type: {
        const: 'artifact-allowed',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      sha256: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description: "The package's SHA-256 (hex).",
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['type', 'project', 'sha256'],
    additionalProperties: false,
  },
  'artifact-rejected.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'artifact-rejected.json',
    title: 'ArtifactRejected',
    type: 'object',
    description: 'A package is known to be bad: it is not deployed anywhere.',
    properties: {
      type: {
        const: 'artifact-rejected',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      sha256: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description: "The package's SHA-256 (hex).",
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['type', 'project', 'sha256', 'reason'],
    additionalProperties: false,
  },
  'configs-staged.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'configs-staged.json',
    title: 'ConfigsStaged',
    type: 'object',
    description: 'Entries were added to a stage set or replaced there.',
    properties: {
      type: {
        const: 'configs-staged',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      allowLiterals: {
        $ref: 'common.json#/definitions/AllowedLiterals',
      },
      counts: {
        $ref: 'common.json#/definitions/SetCounts',
      },
      entries: {
        type: 'array',
        description: 'The entries.',
        items: {
          $ref: '#/definitions/StagedEntry',
        },
      },
    },
    required: ['type', 'project', 'stageSet', 'counts', 'entries'],
    additionalProperties: false,
    definitions: {
      StagedEntry: {
        title: 'StagedEntry',
        type: 'object',
        description: 'One staged change.',
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          workload: {
            $ref: 'common.json#/definitions/WorkloadType',
          },
          operation: {
            $ref: 'common.json#/definitions/Operation',
          },
          contentHash: {
            anyOf: [
              {
                $ref: 'common.json#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
            description: 'Null for a deletion.',
          },
          content: {
            type: 'object',
            additionalProperties: true,
            description: 'The canonical config; absent for a deletion and where it is stored already.',
          },
          base: {
            $ref: 'common.json#/definitions/Bases',
          },
          claimed: {
            type: 'boolean',
            description: 'The function came to this project with this entry.',
          },
        },
        required: ['function', 'workload', 'operation', 'contentHash', 'base'],
        additionalProperties: false,
      },
    },
  },
  'configs-unstaged.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'configs-unstaged.json',
    title: 'ConfigsUnstaged',
    type: 'object',
    description: 'Entries left a stage set.',
    properties: {
      type: {
        const: 'configs-unstaged',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      reason: {
        type: 'string',
        enum: ['un-staged', 'deployed'],
        description: 'By command, or because the last environment has them.',
      },
      counts: {
        $ref: 'common.json#/definitions/SetCounts',
      },
      functions: {
        type: 'array',
        description: 'The functions.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
    },
    required: ['type', 'project', 'stageSet', 'reason', 'counts', 'functions'],
    additionalProperties: false,
  },
  'deployment-recorded.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'deployment-recorded.json',
    title: 'DeploymentRecorded',
    type: 'object',
    description: 'Functions of a release have outcomes.',
    properties: {
      type: {
        const: 'deployment-recorded',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 0,
        description: 'The release.',
      },
      committed: {
        type: 'integer',
        minimum: 1,
        description: "The position of the release's commit: a proof is as old as that.",
      },
      state: {
        $ref: 'common.json#/definitions/ReleaseState',
      },
      counts: {
        $ref: 'common.json#/definitions/OutcomeCounts',
      },
      target: {
        type: 'string',
        description: 'Fingerprint of the target they ran on.',
      },
      notRolledBack: {
        type: 'string',
        maxLength: 1000,
        description:
          'The release asked to be rolled back on failure, and there was nothing to go back to: why.',
      },
      results: {
        type: 'array',
        description: 'By function.',
        items: {
          $ref: '#/definitions/RecordedResult',
        },
      },
    },
    required: [
      'type',
      'project',
      'environment',
      'release',
      'committed',
      'state',
      'counts',
      'target',
      'results',
    ],
    additionalProperties: false,
    definitions: {
      RecordedResult: {
        title: 'RecordedResult',
        type: 'object',
        description: "One function's outcome.",
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          outcome: {
            $ref: 'common.json#/definitions/Outcome',
          },
          contentHash: {
            anyOf: [
              {
                $ref: 'common.json#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
            description: 'Null for a deletion.',
          },
          packageSha256: {
            type: 'string',
            description: 'SHA-256 of the package (hex).',
          },
          answer: {
            $ref: 'common.json#/definitions/ServerAnswer',
          },
          previous: {
            type: 'integer',
            minimum: 0,
            description: "The release of the function's success before this one; 0 where there is none.",
          },
          finishedAt: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          differences: {
            type: 'array',
            maxItems: 50,
            description:
              'For deployed-with-differences: the fields whose read-back differs from what was asked.',
            items: {
              $ref: 'common.json#/definitions/FieldChange',
            },
          },
          stopped: {
            type: 'boolean',
            description: 'The function is stopped, and was left so.',
          },
          created: {
            type: 'boolean',
            description: 'The function was not there before, and this deployment created it.',
          },
        },
        required: ['function', 'outcome', 'contentHash', 'previous'],
        additionalProperties: false,
      },
    },
  },
  'deployments-cancelled.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'deployments-cancelled.json',
    title: 'DeploymentsCancelled',
    type: 'object',
    description:
      'What a release had not begun, or what had no outcome yet, was cancelled: no deployer begins with it any more.',
    properties: {
      type: {
        const: 'deployments-cancelled',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      topic: {
        type: 'string',
        description: 'The topic that its deployments leave on.',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      committed: {
        type: 'integer',
        minimum: 1,
        description: "The position of the release's commit.",
      },
      reason: {
        type: 'string',
        description: 'Why.',
        maxLength: 1000,
      },
      state: {
        $ref: 'common.json#/definitions/ReleaseState',
      },
      counts: {
        $ref: 'common.json#/definitions/OutcomeCounts',
      },
      numbers: {
        type: 'array',
        description: 'Effects of it that had not left: they are never published.',
        items: {
          $ref: '#/definitions/CancelledNumbers',
        },
      },
      functions: {
        type: 'array',
        description: 'What is cancelled: whatever had no outcome.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        maxItems: 5000,
      },
    },
    required: [
      'type',
      'project',
      'topic',
      'environment',
      'release',
      'committed',
      'reason',
      'state',
      'counts',
      'numbers',
      'functions',
    ],
    additionalProperties: false,
    definitions: {
      CancelledNumbers: {
        title: 'CancelledNumbers',
        type: 'object',
        description: 'Numbers that are never published.',
        properties: {
          first: {
            type: 'integer',
            minimum: 1,
            description: 'The first.',
          },
          through: {
            type: 'integer',
            minimum: 1,
            description: 'The last.',
          },
        },
        required: ['first', 'through'],
        additionalProperties: false,
      },
    },
  },
  'documents-switched.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'documents-switched.json',
    title: 'DocumentsSwitched',
    type: 'object',
    description: 'The writer goes on with another database of documents.',
    properties: {
      type: {
        const: 'documents-switched',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      database: {
        type: 'string',
        description: 'The database. One that is missing or does not fit the journal is not taken.',
      },
    },
    required: ['type', 'project', 'database'],
    additionalProperties: false,
  },
  'drift-recorded.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'drift-recorded.json',
    title: 'DriftRecorded',
    type: 'object',
    description: 'A part of a comparison is there; the last one ends its task.',
    properties: {
      type: {
        const: 'drift-recorded',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of its request.',
      },
      target: {
        type: 'string',
        description: 'Fingerprint of the target that was looked at.',
      },
      state: {
        $ref: 'task-message.json#/definitions/TaskState',
      },
      some: {
        type: 'boolean',
        description:
          'Only some functions were compared: the summary is not that of the environment. Absent where all were.',
      },
      summary: {
        $ref: 'drift-document.json#/definitions/DriftSummary',
      },
      functions: {
        type: 'array',
        description: 'Those that differ, by function name, ascending.',
        items: {
          $ref: 'drift-document.json#/definitions/FunctionDrift',
        },
      },
      gone: {
        type: 'array',
        description: 'With the last part: functions that differed before and do not any more.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
    },
    required: [
      'type',
      'project',
      'environment',
      'task',
      'requested',
      'target',
      'state',
      'summary',
      'functions',
    ],
    additionalProperties: false,
  },
  'effects-published.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'effects-published.json',
    title: 'EffectsPublished',
    type: 'object',
    description: 'How far the effects of a topic have been published.',
    properties: {
      type: {
        const: 'effects-published',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      topic: {
        type: 'string',
        description: 'The topic.',
      },
      through: {
        type: 'integer',
        minimum: 0,
        description: 'Every number up to this one is stored there.',
      },
    },
    required: ['type', 'project', 'topic', 'through'],
    additionalProperties: false,
  },
  'effects-released.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'effects-released.json',
    title: 'EffectsReleased',
    type: 'object',
    description: 'A person let effects out that were held.',
    properties: {
      type: {
        const: 'effects-released',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      topic: {
        type: 'string',
        description: 'The topic.',
      },
      through: {
        type: 'integer',
        minimum: 0,
        description: 'Every number up to this one may be published, however old.',
      },
      override: {
        $ref: 'common.json#/definitions/Override',
      },
    },
    required: ['type', 'project', 'topic', 'through'],
    additionalProperties: false,
  },
  'effects-skipped.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'effects-skipped.json',
    title: 'EffectsSkipped',
    type: 'object',
    description:
      'A person gave up deployments of a release that had not left yet: their numbers are never published.',
    properties: {
      type: {
        const: 'effects-skipped',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      topic: {
        type: 'string',
        description: 'The topic that they would have left on.',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 0,
        description: 'The release.',
      },
      committed: {
        type: 'integer',
        minimum: 1,
        description: "The position of the release's commit.",
      },
      first: {
        type: 'integer',
        minimum: 1,
        description: 'From this number on nothing of it is published any more.',
      },
      through: {
        type: 'integer',
        minimum: 1,
        description: 'Its last number.',
      },
      reason: {
        type: 'string',
        description: 'Why.',
        maxLength: 1000,
      },
      state: {
        $ref: 'common.json#/definitions/ReleaseState',
      },
      counts: {
        $ref: 'common.json#/definitions/OutcomeCounts',
      },
      functions: {
        type: 'array',
        description: 'What is not deployed: whatever of these numbers has no outcome.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
    },
    required: [
      'type',
      'project',
      'topic',
      'environment',
      'release',
      'committed',
      'first',
      'through',
      'reason',
      'state',
      'counts',
      'functions',
    ],
    additionalProperties: false,
  },
  'environment-frozen.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'environment-frozen.json',
    title: 'EnvironmentFrozen',
    type: 'object',
    description: 'Nothing is deployed to an environment from here on.',
    properties: {
      type: {
        const: 'environment-frozen',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
      until: {
        allOf: [
          {
            $ref: 'common.json#/definitions/Timestamp',
          },
        ],
        description: 'Until when; until somebody unfreezes it where nothing is said.',
      },
    },
    required: ['type', 'project', 'environment', 'reason'],
    additionalProperties: false,
  },
  'environment-unfrozen.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'environment-unfrozen.json',
    title: 'EnvironmentUnfrozen',
    type: 'object',
    description: 'A freeze was ended.',
    properties: {
      type: {
        const: 'environment-unfrozen',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['type', 'project', 'environment'],
    additionalProperties: false,
  },
  'environments-set.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'environments-set.json',
    title: 'EnvironmentsSet',
    type: 'object',
    description: 'Environments were added, changed or removed.',
    properties: {
      type: {
        const: 'environments-set',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environments: {
        type: 'array',
        description: 'Those added or changed, with their place in the promotion order.',
        items: {
          type: 'object',
          description: 'One environment.',
          properties: {
            name: {
              $ref: 'common.json#/definitions/EnvironmentName',
            },
            order: {
              type: 'integer',
              minimum: 0,
              description: 'Place in the promotion order, from 0.',
            },
            target: {
              $ref: 'common.json#/definitions/Target',
            },
            approvals: {
              $ref: 'common.json#/definitions/ApprovalPolicyInForce',
            },
          },
          required: ['name', 'order', 'target'],
          additionalProperties: false,
        },
      },
      removed: {
        type: 'array',
        description: 'Those removed.',
        items: {
          $ref: 'common.json#/definitions/EnvironmentName',
        },
      },
    },
    required: ['type', 'project', 'environments', 'removed'],
    additionalProperties: false,
  },
  'events.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'events.json',
    title: 'JournalEvent',
    description: 'Any event of the journal.',
    type: 'object',
    oneOf: [
      {
        $ref: 'configs-staged.json',
      },
      {
        $ref: 'configs-unstaged.json',
      },
      {
        $ref: 'stage-sets-merged.json',
      },
      {
        $ref: 'release-committed.json',
      },
      {
        $ref: 'deployment-recorded.json',
      },
      {
        $ref: 'environments-set.json',
      },
      {
        $ref: 'effects-published.json',
      },
      {
        $ref: 'effects-released.json',
      },
      {
        $ref: 'effects-skipped.json',
      },
      {
        $ref: 'documents-switched.json',
      },
      {
        $ref: 'task-requested.json',
      },
      {
        $ref: 'task-recorded.json',
      },
      {
        $ref: 'plan-recorded.json',
      },
      {
        $ref: 'wave-started.json',
      },
      {
        $ref: 'deployments-cancelled.json',
      },
      {
        $ref: 'drift-recorded.json',
      },
      {
        $ref: 'functions-imported.json',
      },
      {
        $ref: 'api-token-created.json',
      },
      {
        $ref: 'api-token-revoked.json',
      },
      {
        $ref: 'webhook-subscriptions-set.json',
      },
      {
        $ref: 'webhook-subscriptions-deleted.json',
      },
      {
        $ref: 'approval-requested.json',
      },
      {
        $ref: 'approval-given.json',
      },
      {
        $ref: 'approval-rejected.json',
      },
      {
        $ref: 'approval-withdrawn.json',
      },
      {
        $ref: 'environment-frozen.json',
      },
      {
        $ref: 'environment-unfrozen.json',
      },
      {
        $ref: 'artifact-rejected.json',
      },
      {
        $ref: 'artifact-allowed.json',
      },
      {
        $ref: 'release-rejected.json',
      },
      {
        $ref: 'release-allowed.json',
      },
    ],
  },
  'functions-imported.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'functions-imported.json',
    title: 'FunctionsImported',
    type: 'object',
    description:
      'Functions that ran already are those of a project now: a release without effects, all of which has succeeded; the last part ends its task.',
    properties: {
      type: {
        const: 'functions-imported',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: "The release's number; absent where nothing was taken over.",
      },
      target: {
        $ref: 'common.json#/definitions/Target',
      },
      state: {
        $ref: 'task-message.json#/definitions/TaskState',
      },
      summary: {
        $ref: 'functions-imported.json#/definitions/ImportSummary',
      },
      entries: {
        type: 'array',
        description: 'What was taken over.',
        items: {
          $ref: 'functions-imported.json#/definitions/ImportedEntry',
        },
      },
      leftOut: {
        type: 'array',
        description: 'What was not, and why.',
        items: {
          $ref: 'functions-imported.json#/definitions/LeftOut',
        },
      },
    },
    required: ['type', 'project', 'environment', 'task', 'target', 'state', 'summary', 'entries', 'leftOut'],
    additionalProperties: false,
    definitions: {
      ImportedEntry: {
        title: 'ImportedEntry',
        type: 'object',
        description: 'One function.',
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          workload: {
            $ref: 'common.json#/definitions/WorkloadType',
          },
          contentHash: {
            $ref: 'common.json#/definitions/Hash',
          },
          content: {
            type: 'object',
            description: 'The config in its canonical form; absent where it is stored already.',
            additionalProperties: true,
          },
          claimed: {
            type: 'boolean',
            description: 'It begins anew under this project.',
          },
          packageSha256: {
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
            description: 'Digest of its package (hex); absent where it is unknown.',
          },
        },
        required: ['function', 'workload', 'contentHash'],
        additionalProperties: false,
      },
      LeftOut: {
        title: 'LeftOut',
        type: 'object',
        description: 'A function that was not taken over.',
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          workload: {
            $ref: 'common.json#/definitions/WorkloadType',
          },
          code: {
            type: 'string',
            maxLength: 100,
            description: 'A code of docs/errors.md.',
          },
          detail: {
            type: 'string',
            maxLength: 500,
            description: 'Why, in words; never holds a value of its config.',
          },
        },
        required: ['function', 'workload', 'code', 'detail'],
        additionalProperties: false,
      },
      ImportSummary: {
        title: 'ImportSummary',
        type: 'object',
        description: 'What an import came to, so far.',
        properties: {
          run: {
            $ref: 'common.json#/definitions/Hash',
          },
          parts: {
            type: 'integer',
            minimum: 1,
            description: 'In how many parts it was reported.',
          },
          received: {
            type: 'integer',
            minimum: 0,
            description: 'How many of them are recorded; they come in order.',
          },
          imported: {
            type: 'integer',
            minimum: 0,
            description: 'Functions taken over so far.',
          },
          packageUnknown: {
            type: 'integer',
            minimum: 0,
            description: 'Those of them whose package the cluster did not give back.',
          },
          leftOut: {
            type: 'integer',
            minimum: 0,
            description: 'Functions left out so far.',
          },
          releases: {
            type: 'array',
            description: 'The releases that it made.',
            items: {
              type: 'integer',
              minimum: 1,
              description: 'A number.',
            },
            maxItems: 1000,
          },
        },
        required: ['run', 'parts', 'received', 'imported', 'packageUnknown', 'leftOut', 'releases'],
        additionalProperties: false,
      },
    },
  },
  'plan-recorded.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'plan-recorded.json',
    title: 'PlanRecorded',
    type: 'object',
    description: 'A part of a plan is there; the last one ends its task.',
    properties: {
      type: {
        const: 'plan-recorded',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      requested: {
        type: 'integer',
        minimum: 1,
        description: 'The position of its request.',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      target: {
        type: 'string',
        description: 'Fingerprint of the target that it was made on.',
      },
      state: {
        $ref: 'task-message.json#/definitions/TaskState',
      },
      summary: {
        $ref: 'plan-document.json#/definitions/PlanSummary',
      },
      functions: {
        type: 'array',
        description: 'By function name, ascending.',
        items: {
          $ref: 'common.json#/definitions/FunctionPlan',
        },
      },
      gone: {
        type: 'array',
        description: 'With the last part: functions of an earlier plan that this one does not have.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
    },
    required: [
      'type',
      'project',
      'environment',
      'task',
      'requested',
      'stageSet',
      'target',
      'state',
      'summary',
      'functions',
    ],
    additionalProperties: false,
  },
  'release-allowed.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'release-allowed.json',
    title: 'ReleaseAllowed',
    type: 'object',
    description: 'The contents of a rejected release may be committed and returned to again.',
    properties: {
      type: {
        const: 'release-allowed',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      entries: {
        type: 'array',
        description: 'Function and content hash of what it deployed; deletions are not in it.',
        items: {
          type: 'array',
          items: [
            {
              $ref: 'common.json#/definitions/FunctionName',
            },
            {
              $ref: 'common.json#/definitions/Hash',
            },
          ],
          minItems: 2,
          maxItems: 2,
          additionalItems: false,
        },
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
    },
    required: ['type', 'project', 'environment', 'release', 'entries'],
    additionalProperties: false,
  },
  'release-committed.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'release-committed.json',
    title: 'ReleaseCommitted',
    type: 'object',
    description: 'A release was made; its deployments follow as effects.',
    properties: {
      type: {
        const: 'release-committed',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'Its number.',
      },
      kind: {
        type: 'string',
        enum: ['commit', 'rollback', 'retry', 'repair'],
        description: 'What made it.',
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      toRelease: {
        type: 'integer',
        minimum: 0,
        description: 'For a rollback: the release returned to.',
      },
      retryOf: {
        type: 'integer',
        minimum: 1,
        description: 'For a retry: the release whose failed functions it repeats.',
      },
      rollbackOf: {
        type: 'integer',
        minimum: 1,
        description: 'For a rollback that a release asked for itself, by its onFailure: that release.',
      },
      onFailure: {
        $ref: 'common.json#/definitions/OnFailure',
      },
      allowRecreate: {
        type: 'array',
        description: 'Functions that may be deleted and created anew where Pulsar leaves no other way.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        maxItems: 1000,
      },
      acceptDifferences: {
        type: 'array',
        description: 'Functions whose proof counts although the read-back differed from what was asked.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
        maxItems: 1000,
      },
      note: {
        type: 'string',
        description: 'Why, for people who read the log.',
        maxLength: 1000,
      },
      target: {
        $ref: 'common.json#/definitions/Target',
      },
      effects: {
        type: 'object',
        description:
          'The effects of its first wave: one a function, numbered without a gap. Later waves get their numbers when they begin.',
        properties: {
          topic: {
            type: 'string',
            description: 'The topic they go to.',
          },
          first: {
            type: 'integer',
            minimum: 1,
            description: "The first one's number on that topic.",
          },
        },
        required: ['topic', 'first'],
        additionalProperties: false,
      },
      waves: {
        type: 'array',
        description:
          'How many functions each wave has, in order; absent where there is one. A wave begins when every function of the one before has an outcome.',
        items: {
          type: 'integer',
          minimum: 1,
        },
        minItems: 2,
        maxItems: 20,
      },
      packages: {
        type: 'array',
        description: 'Package digests that entries name by index, each once.',
        items: {
          $ref: 'common.json#/definitions/Hash',
        },
      },
      entries: {
        type: 'array',
        description:
          "By wave, then by function name, ascending; an entry's place is the index of its deployment and of its effect.",
        items: {
          $ref: '#/definitions/ReleaseEntry',
        },
      },
      plan: {
        $ref: 'plan-document.json#/definitions/PlanRef',
      },
      approval: {
        $ref: 'common.json#/definitions/ReleaseApproval',
      },
      override: {
        $ref: 'common.json#/definitions/Override',
      },
    },
    required: [
      'type',
      'project',
      'environment',
      'release',
      'kind',
      'target',
      'effects',
      'packages',
      'entries',
    ],
    additionalProperties: false,
    definitions: {
      ReleaseEntry: {
        title: 'ReleaseEntry',
        type: 'array',
        description:
          'Function, content hash (null: delete), index into packages (-1: none), workload type. A tuple, so that 5,000 fit into one record.',
        items: [
          {
            $ref: 'common.json#/definitions/FunctionName',
          },
          {
            anyOf: [
              {
                $ref: 'common.json#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
          },
          {
            type: 'integer',
            minimum: -1,
          },
          {
            $ref: 'common.json#/definitions/WorkloadType',
          },
        ],
        additionalItems: false,
        minItems: 4,
        maxItems: 4,
      },
    },
  },
  'release-rejected.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'release-rejected.json',
    title: 'ReleaseRejected',
    type: 'object',
    description: 'A release is known to be bad: its contents are not committed and not returned to.',
    properties: {
      type: {
        const: 'release-rejected',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
      entries: {
        type: 'array',
        description: 'Function and content hash of what it deployed; deletions are not in it.',
        items: {
          type: 'array',
          items: [
            {
              $ref: 'common.json#/definitions/FunctionName',
            },
            {
              $ref: 'common.json#/definitions/Hash',
            },
          ],
          minItems: 2,
          maxItems: 2,
          additionalItems: false,
        },
      },
    },
    required: ['type', 'project', 'environment', 'release', 'reason', 'entries'],
    additionalProperties: false,
  },
  'stage-sets-merged.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'stage-sets-merged.json',
    title: 'StageSetsMerged',
    type: 'object',
    description: 'Entries moved into another stage set; the emptied sets are closed.',
    properties: {
      type: {
        const: 'stage-sets-merged',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      into: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      counts: {
        $ref: 'common.json#/definitions/SetCounts',
      },
      bases: {
        type: 'array',
        description: 'Distinct bases, named by index.',
        items: {
          $ref: 'common.json#/definitions/Bases',
        },
      },
      entries: {
        type: 'array',
        description:
          'The functions that the emptied sets held, ascending; what only `into` held stays as it is.',
        items: {
          $ref: '#/definitions/MergedEntry',
        },
      },
      closed: {
        type: 'array',
        description: 'The emptied sets; entries name them by index.',
        items: {
          $ref: 'common.json#/definitions/StageSetName',
        },
      },
      authors: {
        type: 'object',
        description:
          'Who staged the entries, in any of the sets. Absent where all of it is known without: those of the entry of `into`, and whoever merges.',
        properties: {
          lists: {
            type: 'array',
            items: {
              type: 'array',
              items: {
                type: 'string',
                description: 'A name.',
              },
            },
            description: 'Distinct lists of names, named by index.',
          },
          of: {
            type: 'array',
            items: {
              type: 'integer',
              minimum: 0,
            },
            description: 'For each of `entries` the index of its list.',
          },
        },
        required: ['lists', 'of'],
        additionalProperties: false,
      },
    },
    required: ['type', 'project', 'into', 'counts', 'bases', 'entries', 'closed'],
    additionalProperties: false,
    definitions: {
      MergedEntry: {
        title: 'MergedEntry',
        type: 'array',
        description:
          'Function, workload type, content hash (null: delete), index into bases, position at which it was staged, indexes into closed of the sets that held it. The first five say what `into` holds now. A tuple, so that 5,000 fit into one record.',
        items: [
          {
            $ref: 'common.json#/definitions/FunctionName',
          },
          {
            $ref: 'common.json#/definitions/WorkloadType',
          },
          {
            anyOf: [
              {
                $ref: 'common.json#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
          },
          {
            type: 'integer',
            minimum: 0,
          },
          {
            type: 'integer',
            minimum: 0,
          },
          {
            type: 'array',
            items: {
              type: 'integer',
              minimum: 0,
            },
          },
        ],
        additionalItems: false,
        minItems: 6,
        maxItems: 6,
      },
    },
  },
  'task-recorded.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'task-recorded.json',
    title: 'TaskRecorded',
    type: 'object',
    description: 'A task, or functions of it, have an outcome.',
    properties: {
      type: {
        const: 'task-recorded',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      operation: {
        $ref: 'task-message.json#/definitions/TaskOperation',
      },
      state: {
        $ref: 'task-message.json#/definitions/TaskState',
      },
      counts: {
        $ref: 'task-message.json#/definitions/TaskCounts',
      },
      results: {
        type: 'array',
        description: 'By function.',
        items: {
          $ref: 'task-message.json#/definitions/TaskResult',
        },
      },
      code: {
        type: 'string',
        description: 'Why it failed as a whole: a code of docs/errors.md.',
      },
      reason: {
        type: 'string',
        maxLength: 2000,
        description: 'The same in words.',
      },
    },
    required: ['type', 'project', 'environment', 'task', 'operation', 'state', 'counts', 'results'],
    additionalProperties: false,
  },
  'task-requested.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'task-requested.json',
    title: 'TaskRequested',
    type: 'object',
    description: 'A deployer is asked to do something that is no deployment.',
    properties: {
      type: {
        const: 'task-requested',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      operation: {
        $ref: 'task-message.json#/definitions/TaskOperation',
      },
      target: {
        $ref: 'common.json#/definitions/Target',
      },
      effects: {
        type: 'object',
        description: 'The effects it causes: one a function, or one in all.',
        properties: {
          topic: {
            type: 'string',
            description: 'The topic they go to.',
          },
          first: {
            type: 'integer',
            minimum: 1,
            description: "The first one's number on that topic.",
          },
          count: {
            type: 'integer',
            minimum: 1,
            description: 'How many.',
          },
        },
        required: ['topic', 'first', 'count'],
        additionalProperties: false,
      },
      stageSet: {
        $ref: 'common.json#/definitions/StageSetName',
      },
      names: {
        type: 'array',
        description: 'Only these: entries of a plan, functions of a comparison or an import.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
      allowRecreate: {
        type: 'array',
        description: 'For a plan: functions that may be deleted and created anew.',
        items: {
          $ref: 'common.json#/definitions/FunctionName',
        },
      },
      toRelease: {
        type: 'integer',
        minimum: 1,
        description: 'For a plan of a rollback: the release returned to.',
      },
      packages: {
        type: 'array',
        description: 'Package digests that entries name by index, each once.',
        items: {
          $ref: 'common.json#/definitions/Hash',
        },
      },
      entries: {
        type: 'array',
        description: 'For a plan of a rollback: what it would write, by function name.',
        items: {
          $ref: 'release-committed.json#/definitions/ReleaseEntry',
        },
      },
      functions: {
        type: 'array',
        description: "The functions that it is about; a function's place is the index of its effect.",
        items: {
          $ref: 'task-message.json#/definitions/TaskSubject',
        },
        maxItems: 500,
      },
      drift: {
        $ref: 'task-message.json#/definitions/DriftWish',
      },
      import: {
        $ref: 'task-message.json#/definitions/ImportScope',
      },
      override: {
        $ref: 'common.json#/definitions/Override',
      },
    },
    required: ['type', 'project', 'environment', 'task', 'operation', 'target', 'effects'],
    additionalProperties: false,
  },
  'wave-started.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'wave-started.json',
    title: 'WaveStarted',
    type: 'object',
    description: 'The next wave of a release begins: its deployments follow as effects.',
    properties: {
      type: {
        const: 'wave-started',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      wave: {
        type: 'integer',
        minimum: 1,
        description: 'Which of its waves, from 0.',
      },
      effects: {
        type: 'object',
        description: 'The effects that it causes: one a function, numbered without a gap.',
        properties: {
          topic: {
            type: 'string',
            description: 'The topic they go to.',
          },
          first: {
            type: 'integer',
            minimum: 1,
            description: "The first one's number on that topic.",
          },
        },
        required: ['topic', 'first'],
        additionalProperties: false,
      },
      from: {
        type: 'integer',
        minimum: 1,
        description: "The index of its first function among the release's entries.",
      },
      count: {
        type: 'integer',
        minimum: 1,
        description: 'How many functions it has.',
      },
      override: {
        $ref: 'common.json#/definitions/Override',
      },
    },
    required: ['type', 'project', 'environment', 'release', 'wave', 'effects', 'from', 'count'],
    additionalProperties: false,
  },
  'webhook-subscriptions-deleted.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'webhook-subscriptions-deleted.json',
    title: 'WebhookSubscriptionsDeleted',
    type: 'object',
    description: "A topic's messages are posted nowhere from now on.",
    properties: {
      type: {
        const: 'webhook-subscriptions-deleted',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      topic: {
        type: 'string',
        pattern:
          '^(persistent|non-persistent)://[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,200}$',
        description: 'The topic that is pushed, by its full name.',
      },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description: 'Why, for people who read the log.',
      },
    },
    required: ['type', 'project', 'topic'],
    additionalProperties: false,
  },
  'webhook-subscriptions-set.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'webhook-subscriptions-set.json',
    title: 'WebhookSubscriptionsSet',
    type: 'object',
    description: "A topic's messages are posted to these URLs from now on.",
    properties: {
      type: {
        const: 'webhook-subscriptions-set',
        description: "The event's type.",
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      topic: {
        type: 'string',
        pattern:
          '^(persistent|non-persistent)://[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,100}/[A-Za-z0-9_\\-=:.%]{1,200}$',
        description: 'The topic that is pushed, by its full name.',
      },
      webhooks: {
        type: 'array',
        description: "Receivers of the topic's messages.",
        minItems: 1,
        maxItems: 20,
        items: {
          type: 'object',
          description: 'One receiver.',
          properties: {
            url: {
              type: 'string',
              pattern: '^https?://[\\x21-\\x7e]{1,2000}$',
              description:
                'Where each message is posted to. https and a public address, unless STAGELINE_WEBHOOK_URL_ALLOW names it.',
            },
            subscription: {
              type: 'string',
              pattern: '^[\\x21-\\x2e\\x30-\\x7e]{5,200}$',
              description: 'The subscription that remembers what was delivered.',
            },
            type: {
              type: 'string',
              enum: ['exclusive', 'shared', 'failover', 'keyshared'],
              description:
                'How several receivers share the subscription. Only shared is delivered to in parallel.',
            },
            initialPosition: {
              type: 'string',
              enum: ['latest', 'earliest'],
              description: 'Where a new subscription starts.',
            },
            headers: {
              type: 'object',
              description:
                'Headers that each request carries besides. No credentials: they would be kept for ever; a receiver knows Stageline by its signature.',
              maxProperties: 20,
              propertyNames: {
                pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,99}$',
              },
              additionalProperties: {
                type: 'string',
                pattern: '^[\\x20-\\x7e]{0,1000}$',
                description: "A header's value.",
              },
            },
            askedBy: {
              type: 'string',
              pattern: '^[\\x21-\\x7e]{1,200}$',
              description: "On the topic of replies: only the answers to this caller's commands.",
            },
            active: {
              type: 'boolean',
              description: 'False: nothing is delivered, and the subscription keeps what comes.',
            },
          },
          required: ['url', 'subscription', 'type', 'initialPosition', 'active'],
          additionalProperties: false,
        },
      },
      note: {
        type: 'string',
        maxLength: 1000,
        description: 'What it is for.',
      },
    },
    required: ['type', 'project', 'topic', 'webhooks'],
    additionalProperties: false,
  },
  'backup-header.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'backup-header.json',
    title: 'BackupHeader',
    type: 'object',
    description:
      'The first line of a backup. Behind it stands every record of the journal, a line each, byte for byte, then the trailer.',
    properties: {
      format: {
        const: 'stageline-journal',
        description: 'What the file is.',
      },
      version: {
        const: 1,
        description: 'The version of this format; records carry their own.',
      },
      partition: {
        const: 0,
        description: "The journal's partition.",
      },
      origin: {
        type: 'string',
        description:
          'The name of the journal: the writer id of its first mark. Empty where it holds no record.',
      },
      madeAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
    },
    required: ['format', 'version', 'partition', 'origin', 'madeAt'],
    additionalProperties: false,
    examples: [
      {
        format: 'stageline-journal',
        version: 1,
        partition: 0,
        origin: 'q5iFqKyVCjz1',
        madeAt: '2026-01-31T12:00:00.000Z',
      },
    ],
  },
  'backup-trailer.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'backup-trailer.json',
    title: 'BackupTrailer',
    type: 'object',
    description: 'The last line of a backup: without it the file is not complete.',
    properties: {
      records: {
        type: 'integer',
        minimum: 0,
        description: 'How many records there are.',
      },
      lastPosition: {
        type: 'integer',
        minimum: 0,
        description: 'The position of the last one; 0 where there is none.',
      },
      lastHash: {
        type: ['string', 'null'],
        description: 'SHA-256 of its line, base64url; null where there is none.',
      },
    },
    required: ['records', 'lastPosition', 'lastHash'],
    additionalProperties: false,
    examples: [
      {
        records: 2,
        lastPosition: 2,
        lastHash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      },
    ],
  },
  'beat.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'beat.json',
    title: 'Beat',
    type: 'object',
    description: 'What the holder of the lease says every two seconds.',
    properties: {
      epoch: {
        type: 'integer',
        minimum: 0,
        description: 'Its epoch; 0 before its mark counts.',
      },
      writer: {
        type: 'string',
        description: 'Its writer id.',
      },
      doing: {
        type: 'string',
        description: 'What it is doing.',
        enum: ['starting', 'folding', 'working', 'waiting-for-documents', 'draining'],
      },
      head: {
        type: 'integer',
        minimum: 0,
        description: 'The last committed position.',
      },
      time: {
        $ref: 'common.json#/definitions/Timestamp',
      },
    },
    required: ['epoch', 'writer', 'doing', 'head', 'time'],
    additionalProperties: false,
  },
  'command.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'command.json',
    title: 'Command',
    type: 'object',
    description:
      'A whitelisted request. On the topic, `id` is required; the HTTP gateway adds one where it is missing.',
    properties: {
      id: {
        type: 'string',
        description:
          'Identifies the command: the same id again gets the first reply. A UUID (version 7 advised).',
        format: 'uuid',
      },
      command: {
        type: 'string',
        description: 'The name of a whitelisted command.',
        minLength: 1,
        maxLength: 100,
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      params: {
        type: 'object',
        description: "The parameters, by the command's own schema.",
        additionalProperties: true,
      },
      issuedAt: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      dryRun: {
        type: 'boolean',
        description: 'Decide and answer, change nothing.',
      },
      expect: {
        type: 'object',
        description:
          'Optimistic concurrency: each named document must still be at this position (0: must not exist).',
        additionalProperties: {
          type: 'integer',
          minimum: 0,
        },
      },
      replyTo: {
        type: 'string',
        description: 'Another topic for the reply, out of the allowed prefixes.',
        maxLength: 512,
      },
      ticket: {
        type: 'string',
        description: 'A signed proof of who asks, bound to this command.',
        maxLength: 8192,
      },
    },
    required: ['command', 'params'],
    additionalProperties: false,
    examples: [
      {
        id: '0193a5a0-0000-7000-8000-000000000001',
        command: 'commit-staged-to-test',
        project: 'pricing',
        params: {
          stageSet: 'main',
        },
      },
    ],
  },
  'common.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'common.json',
    title: 'Common',
    description: 'Building blocks that several schemas share.',
    type: 'object',
    additionalProperties: false,
    properties: {},
    definitions: {
      ProjectName: {
        title: 'ProjectName',
        type: 'string',
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description: 'A project: the consistency boundary whose commands are strictly ordered.',
      },
      StageSetName: {
        title: 'StageSetName',
        type: 'string',
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description: 'A stage set of one project.',
      },
      EnvironmentName: {
        title: 'EnvironmentName',
        type: 'string',
        pattern: '^[a-z][a-z0-9-]{0,62}$',
        description: 'An environment; `results`, `role` and `token` are taken by topics of the same name.',
      },
      FunctionName: {
        title: 'FunctionName',
        type: 'string',
        minLength: 5,
        maxLength: 400,
        pattern: '^[^/]+/[^/]+/[^/]+$',
        description: 'A function, source or sink as tenant/namespace/name.',
      },
      Hash: {
        title: 'Hash',
        type: 'string',
        pattern: '^[A-Za-z0-9_-]{43}$',
        description: 'A SHA-256, base64url without padding.',
      },
      WorkloadType: {
        title: 'WorkloadType',
        type: 'string',
        enum: ['function', 'source', 'sink'],
        description: 'Which of the three kinds of Pulsar workload a config deploys.',
      },
      Operation: {
        title: 'Operation',
        type: 'string',
        enum: ['apply', 'delete'],
        description: 'What a staged entry or a deployment does to a function.',
      },
      TargetKind: {
        title: 'TargetKind',
        type: 'string',
        enum: ['pulsar', 'sandbox'],
        description: 'A real Pulsar cluster, or the cluster built into Stageline.',
      },
      Outcome: {
        title: 'Outcome',
        type: 'string',
        enum: [
          'deployed',
          'unchanged',
          'deleted',
          'deployed-with-differences',
          'degraded',
          'unknown',
          'failed',
          'superseded',
        ],
        description:
          'How the deployment of one function ended. deployed, unchanged and deleted succeed and prove the content; deployed-with-differences (the read-back differs from what was asked) succeeds, and proves only where it is accepted by name; degraded (written, but it does not run well), unknown (what the cluster has could not be learnt) and failed neither succeed nor prove; superseded was overtaken.',
      },
      DeploymentState: {
        title: 'DeploymentState',
        type: 'string',
        enum: [
          'committed',
          'deployed',
          'unchanged',
          'deleted',
          'deployed-with-differences',
          'degraded',
          'unknown',
          'failed',
          'superseded',
          'skipped',
          'cancelled',
        ],
        description:
          'Where one deployment stands: committed until it has an outcome, is skipped (it is then never sent to a deployer) or is cancelled before anything was begun.',
      },
      ReleaseState: {
        title: 'ReleaseState',
        type: 'string',
        enum: [
          'committed',
          'deploying',
          'held',
          'succeeded',
          'partly-failed',
          'failed',
          'superseded',
          'skipped',
          'cancelled',
        ],
        description:
          'Where a release stands, from the outcomes of its functions. held: a function failed, and its later waves wait for a person.',
      },
      Timestamp: {
        title: 'Timestamp',
        type: 'string',
        format: 'date-time',
        description: 'ISO 8601, UTC.',
      },
      Bases: {
        title: 'Bases',
        type: 'object',
        additionalProperties: {
          type: 'integer',
          minimum: 0,
        },
        description:
          'By environment: the release that last changed the function there when it was staged; 0 where none had.',
      },
      SetCounts: {
        title: 'SetCounts',
        type: 'object',
        description: 'How many entries a stage set holds.',
        properties: {
          apply: {
            type: 'integer',
            minimum: 0,
            description: 'Entries that create or update.',
          },
          delete: {
            type: 'integer',
            minimum: 0,
            description: 'Entries that delete.',
          },
        },
        required: ['apply', 'delete'],
        additionalProperties: false,
      },
      Target: {
        title: 'Target',
        type: 'object',
        description: 'Where an environment deploys to.',
        properties: {
          kind: {
            $ref: '#/definitions/TargetKind',
          },
          adminUrl: {
            type: 'string',
            description: 'Base URL of the REST Admin API; absent for the sandbox.',
          },
          fingerprint: {
            type: 'string',
            description:
              'Changes when the target changes: deployments and proofs count only for the fingerprint they were made on.',
          },
        },
        required: ['kind', 'fingerprint'],
        additionalProperties: false,
      },
      OutcomeCounts: {
        title: 'OutcomeCounts',
        type: 'object',
        description: 'Outcomes so far.',
        properties: {
          deployed: {
            type: 'integer',
            minimum: 0,
            description: 'Deployed.',
          },
          unchanged: {
            type: 'integer',
            minimum: 0,
            description: 'Nothing to change.',
          },
          deleted: {
            type: 'integer',
            minimum: 0,
            description: 'Deleted, or already gone.',
          },
          failed: {
            type: 'integer',
            minimum: 0,
            description: 'Failed.',
          },
          superseded: {
            type: 'integer',
            minimum: 0,
            description: 'Overtaken by a newer release.',
          },
          skipped: {
            type: 'integer',
            minimum: 0,
            description: 'Given up before they left; absent where none was.',
          },
          'deployed-with-differences': {
            type: 'integer',
            minimum: 0,
            description: 'Deployed, but the read-back differs from what was asked; absent where none was.',
          },
          degraded: {
            type: 'integer',
            minimum: 0,
            description: 'Written, but not running well; absent where none was.',
          },
          unknown: {
            type: 'integer',
            minimum: 0,
            description: 'Of unknown outcome; absent where none was.',
          },
          cancelled: {
            type: 'integer',
            minimum: 0,
            description: 'Cancelled before anything was begun; absent where none was.',
          },
        },
        required: ['deployed', 'unchanged', 'deleted', 'failed', 'superseded'],
        additionalProperties: false,
      },
      ServerAnswer: {
        title: 'ServerAnswer',
        type: 'object',
        description: 'What the cluster, or the deployer on its behalf, answered.',
        properties: {
          status: {
            type: 'integer',
            minimum: 0,
            description: 'HTTP status; 0 where no answer came.',
          },
          reason: {
            type: 'string',
            description: 'The reason in words.',
            maxLength: 2000,
          },
          code: {
            type: 'string',
            description: 'A code of docs/errors.md, where one fits.',
          },
        },
        required: ['status'],
        additionalProperties: false,
      },
      Actor: {
        title: 'Actor',
        type: 'object',
        description: 'Who asked.',
        properties: {
          name: {
            type: 'string',
            description: 'The name that the identity check found.',
          },
          roles: {
            type: 'array',
            description: 'Roles held at the time.',
            items: {
              type: 'string',
              description: 'A role.',
            },
          },
          projects: {
            type: 'array',
            description: 'Projects that it may act in and read; absent: all.',
            items: {
              $ref: '#/definitions/ProjectName',
            },
          },
          behind: {
            type: 'array',
            description:
              'People behind an API token: whom it was made for, and who made it. Where four eyes are asked for, they and the token count as one.',
            items: {
              type: 'string',
              description: 'A name as the identity check finds it.',
            },
          },
        },
        required: ['name', 'roles'],
        additionalProperties: false,
      },
      OnFailure: {
        title: 'OnFailure',
        type: 'string',
        enum: ['continue', 'stop', 'rollback'],
        description:
          'What a failed function means for the rest of its release: nothing (continue), later waves wait for a person (stop), or what was deployed is rolled back once everything in flight has an outcome (rollback).',
      },
      FieldClass: {
        title: 'FieldClass',
        type: 'string',
        enum: ['update', 'ignored', 'refused', 'lost', 're-create'],
        description:
          'What Pulsar does with a changed field on update: takes it (update), ignores it without a word (ignored), refuses the whole update (refused), or loses it with any update (lost); re-create: only deleting and creating the function brings it about.',
      },
      FieldChange: {
        title: 'FieldChange',
        type: 'object',
        description: 'One field that differs between what is asked for and what the cluster has.',
        properties: {
          field: {
            type: 'string',
            maxLength: 300,
            description: "JSON pointer into the config in Pulsar's own fields.",
          },
          class: {
            $ref: '#/definitions/FieldClass',
          },
          detail: {
            type: 'string',
            maxLength: 500,
            description: 'A sentence for people; never holds a value out of userConfig, configs or secrets.',
          },
        },
        required: ['field', 'class', 'detail'],
        additionalProperties: false,
      },
      PlanOperation: {
        title: 'PlanOperation',
        type: 'string',
        enum: ['create', 'update', 'unchanged', 're-create', 'delete', 'blocked'],
        description: 'What a deployment would do to a function.',
      },
      PlanNotice: {
        title: 'PlanNotice',
        type: 'object',
        description: 'Something found before the deployment: it blocks the function, or warns.',
        properties: {
          code: {
            type: 'string',
            maxLength: 100,
            description: 'A code of docs/errors.md.',
          },
          blocks: {
            type: 'boolean',
            description: 'True: the deployment would fail.',
          },
          detail: {
            type: 'string',
            maxLength: 1000,
            description: 'What is the matter and what to do.',
          },
        },
        required: ['code', 'blocks', 'detail'],
        additionalProperties: false,
      },
      FunctionPlan: {
        title: 'FunctionPlan',
        type: 'object',
        description: 'What a deployment would do to one function, and what follows from it.',
        properties: {
          function: {
            $ref: '#/definitions/FunctionName',
          },
          workload: {
            $ref: '#/definitions/WorkloadType',
          },
          contentHash: {
            anyOf: [
              {
                $ref: '#/definitions/Hash',
              },
              {
                type: 'null',
              },
            ],
            description: 'What was planned; null for a deletion.',
          },
          operation: {
            $ref: '#/definitions/PlanOperation',
          },
          changes: {
            type: 'array',
            maxItems: 100,
            description: 'Every field that differs.',
            items: {
              $ref: '#/definitions/FieldChange',
            },
          },
          restarts: {
            type: 'boolean',
            description: 'Running instances are restarted.',
          },
          package: {
            type: 'string',
            enum: ['none', 'sent', 'kept', 'unknown'],
            description: 'Whether a package is sent; unknown: the cluster does not say which one it has.',
          },
          packageSha256: {
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
            description:
              'The digest of the package that was looked at; absent for what has none. A commit that needs approvals takes no other.',
          },
          stopped: {
            type: 'boolean',
            description: 'It is stopped, and stays so.',
          },
          backlog: {
            type: 'integer',
            minimum: 0,
            description: 'Messages that wait in its subscriptions; absent where that is not known.',
          },
          notices: {
            type: 'array',
            maxItems: 100,
            description: 'Findings of the pre-flight and of the contract between functions.',
            items: {
              $ref: '#/definitions/PlanNotice',
            },
          },
        },
        required: [
          'function',
          'workload',
          'contentHash',
          'operation',
          'changes',
          'restarts',
          'package',
          'notices',
        ],
        additionalProperties: false,
      },
      ApprovalPolicy: {
        title: 'ApprovalPolicy',
        type: 'object',
        description:
          'What a commit to an environment needs besides the role: approvals by people, bound to the content and to what a plan of it says.',
        properties: {
          required: {
            type: 'integer',
            minimum: 1,
            maximum: 20,
            description: 'How many different people have to approve.',
          },
          fourEyes: {
            type: 'boolean',
            description: 'Whoever staged an entry of it does not approve it; true where nothing is said.',
          },
          roles: {
            type: 'array',
            items: {
              type: 'string',
              enum: ['developer', 'approver', 'operator', 'admin'],
            },
            minItems: 1,
            uniqueItems: true,
            description: 'Roles that may approve, any of them; approver where nothing is said.',
          },
          planMaxAgeMinutes: {
            type: 'integer',
            minimum: 1,
            maximum: 43200,
            description: 'How old the plan may be at the commit; 60 where nothing is said.',
          },
        },
        required: ['required'],
        additionalProperties: false,
      },
      ApprovalPolicyInForce: {
        title: 'ApprovalPolicyInForce',
        type: 'object',
        description: 'The same with every field: what commits to the environment need.',
        properties: {
          required: {
            type: 'integer',
            minimum: 1,
            maximum: 20,
            description: 'How many different people have to approve.',
          },
          fourEyes: {
            type: 'boolean',
            description: 'Whoever staged an entry of it does not approve it.',
          },
          roles: {
            type: 'array',
            items: {
              type: 'string',
              enum: ['developer', 'approver', 'operator', 'admin'],
            },
            minItems: 1,
            uniqueItems: true,
            description: 'Roles that may approve, any of them.',
          },
          planMaxAgeMinutes: {
            type: 'integer',
            minimum: 1,
            maximum: 43200,
            description: 'How old the plan may be at the commit.',
          },
        },
        required: ['required', 'fourEyes', 'roles', 'planMaxAgeMinutes'],
        additionalProperties: false,
      },
      OverrideWish: {
        title: 'OverrideWish',
        type: 'object',
        description:
          'Passes a freeze and, for a commit, missing approvals and an old plan; needs the role overrider. Proofs and rejections are not passed.',
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: 'Why, for everybody who reads the log.',
          },
        },
        required: ['reason'],
        additionalProperties: false,
      },
      Override: {
        title: 'Override',
        type: 'object',
        description: 'Somebody passed what would have refused the command.',
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: 'Why.',
          },
          by: {
            type: 'string',
            description: 'Who.',
          },
          passed: {
            type: 'array',
            items: {
              type: 'string',
              description: 'A code of docs/errors.md.',
            },
            description: 'What would have refused it; empty where nothing would have.',
          },
        },
        required: ['reason', 'by', 'passed'],
        additionalProperties: false,
      },
      Rejection: {
        title: 'Rejection',
        type: 'object',
        description: 'Somebody said that it must not be deployed.',
        properties: {
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1000,
            description: 'Why.',
          },
          by: {
            type: 'string',
            description: 'Who.',
          },
          at: {
            $ref: 'common.json#/definitions/Timestamp',
          },
        },
        required: ['reason', 'by', 'at'],
        additionalProperties: false,
      },
      Person: {
        title: 'Person',
        type: 'object',
        description: 'Somebody who acted, and whoever is behind an API token.',
        properties: {
          name: {
            type: 'string',
            description: 'The name.',
          },
          behind: {
            type: 'array',
            items: {
              type: 'string',
              description: 'A name.',
            },
            description: 'Who is behind it.',
          },
        },
        required: ['name'],
        additionalProperties: false,
      },
      ReleaseApproval: {
        title: 'ReleaseApproval',
        type: 'object',
        description: 'The approval that a release was committed with.',
        properties: {
          contentHash: {
            $ref: 'common.json#/definitions/Hash',
          },
          plan: {
            allOf: [
              {
                $ref: 'task-message.json#/definitions/TaskId',
              },
            ],
            description: 'The plan that the approval was about at the commit: its task.',
          },
          requestedBy: {
            type: 'string',
            description: 'Who asked for it.',
          },
          approvers: {
            type: 'array',
            items: {
              type: 'string',
              description: 'A name.',
            },
            description: 'Who approved.',
          },
        },
        required: ['contentHash', 'plan', 'requestedBy', 'approvers'],
        additionalProperties: false,
      },
      AllowedLiterals: {
        title: 'AllowedLiterals',
        type: 'array',
        maxItems: 100,
        description: 'Literals that look like secrets and are none, each with why.',
        items: {
          title: 'AllowedLiteral',
          type: 'object',
          description: 'One literal.',
          properties: {
            function: {
              $ref: '#/definitions/FunctionName',
            },
            pointer: {
              type: 'string',
              pattern: '^/',
              maxLength: 500,
              description: "JSON pointer into the function's config.",
            },
            reason: {
              type: 'string',
              minLength: 1,
              maxLength: 500,
              description: 'Why it is no secret, for people who read the log.',
            },
          },
          required: ['function', 'pointer', 'reason'],
          additionalProperties: false,
        },
      },
    },
  },
  'dead-letter.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'dead-letter.json',
    title: 'DeadLetter',
    type: 'object',
    description: 'A message that could not be understood or processed.',
    properties: {
      code: {
        type: 'string',
        description: 'A code of docs/errors.md.',
      },
      reason: {
        type: 'string',
        description: 'What was wrong.',
      },
      topic: {
        type: 'string',
        description: 'The topic it came from.',
      },
      messageId: {
        type: 'string',
        description: 'Its message id there.',
      },
      key: {
        type: 'string',
        description: 'Its key.',
      },
      properties: {
        type: 'object',
        additionalProperties: {
          type: 'string',
        },
        description: 'Its properties, tickets left out.',
      },
      payload: {
        type: 'string',
        description: 'At most its first 256 KiB, base64.',
      },
      truncated: {
        type: 'boolean',
        description: 'True where the payload is longer.',
      },
      masked: {
        type: 'boolean',
        description:
          'True where secrets that were recognised in the payload are masked: it is not the message that came.',
      },
      time: {
        $ref: 'common.json#/definitions/Timestamp',
      },
    },
    required: ['code', 'reason', 'topic', 'messageId', 'payload', 'truncated', 'time'],
    additionalProperties: false,
  },
  'deployment-message.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'deployment-message.json',
    title: 'DeploymentMessage',
    type: 'object',
    description:
      'One deployment on its way to a deployer; the message key is the function, the property `effect` its id <partition>/<position>/<n>.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      release: {
        type: 'integer',
        minimum: 1,
        description: 'The release.',
      },
      index: {
        type: 'integer',
        minimum: 0,
        description: "Which of the release's functions, from 0.",
      },
      of: {
        type: 'integer',
        minimum: 0,
        description: 'How many the release has.',
      },
      operation: {
        $ref: 'common.json#/definitions/Operation',
      },
      contentHash: {
        type: ['string', 'null'],
        description: "The content's hash; null for a deletion.",
      },
      packageSha256: {
        type: 'string',
        description: 'The package digest that was proven in the environment before (hex).',
      },
      configs: {
        type: 'array',
        description:
          "Exactly one config, the environment's patch applied; for a deletion only type, tenant, namespace and name.",
        items: {
          type: 'object',
          additionalProperties: true,
        },
      },
    },
    required: ['environment', 'project', 'release', 'index', 'of', 'operation', 'contentHash', 'configs'],
    additionalProperties: false,
  },
  'journal-head.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'journal-head.json',
    title: 'JournalHead',
    type: 'object',
    description: 'How far the journal had come: a line of the heads file, a message on the heads topic.',
    properties: {
      partition: {
        type: 'integer',
        minimum: 0,
        description: 'The partition; 0 today.',
      },
      origin: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: "Writer id of the journal's first mark: it names the journal.",
      },
      epoch: {
        type: 'integer',
        minimum: 1,
        description: 'Epoch of the mark in force.',
      },
      position: {
        type: 'integer',
        minimum: 1,
        description: 'The last committed record.',
      },
      hash: {
        $ref: 'common.json#/definitions/Hash',
      },
      time: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      keyId: {
        $ref: 'common.json#/definitions/Hash',
      },
      signature: {
        type: 'string',
        pattern: '^[A-Za-z0-9_-]{86}$',
        description:
          'Ed25519 over the RFC 8785 form of the other fields, base64url. With keyId, the SHA-256 of the public key (SPKI, DER); both are absent where no key is configured.',
      },
    },
    required: ['partition', 'origin', 'epoch', 'position', 'hash', 'time'],
    additionalProperties: false,
    dependencies: {
      keyId: ['signature'],
      signature: ['keyId'],
    },
    examples: [
      {
        partition: 0,
        origin: 'q1Zb0WJm9uXk',
        epoch: 3,
        position: 1204,
        hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
        time: '2026-03-01T09:30:00.000Z',
      },
    ],
  },
  'mark.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'mark.json',
    title: 'Mark',
    type: 'object',
    description: "The first message of a writer's term.",
    properties: {
      mark: {
        type: 'object',
        description: 'The mark.',
        properties: {
          epoch: {
            type: 'integer',
            minimum: 1,
            description: "One above the last counting mark's.",
          },
          writer: {
            type: 'string',
            description: "The writer's random id.",
          },
          time: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          restored: {
            type: 'integer',
            minimum: 0,
            description:
              'The journal was restored from a backup: records up to this position were decided elsewhere, and their effects may have been published there.',
          },
        },
        required: ['epoch', 'writer', 'time'],
        additionalProperties: false,
      },
    },
    required: ['mark'],
    additionalProperties: false,
  },
  'problem.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'problem.json',
    title: 'Problem',
    type: 'object',
    description: 'RFC 9457 problem details.',
    properties: {
      type: {
        type: 'string',
        description: 'urn:stageline:problem:<CODE>.',
      },
      title: {
        type: 'string',
        description: "The code's meaning, always the same.",
      },
      status: {
        type: 'integer',
        minimum: 0,
        description: 'HTTP status.',
      },
      detail: {
        type: 'string',
        description: 'What happened here and what to do.',
      },
      instance: {
        type: 'string',
        description: 'The request or command concerned.',
      },
      code: {
        type: 'string',
        description: 'A code of docs/errors.md.',
      },
      errors: {
        type: 'array',
        description: 'Each single fault.',
        items: {
          $ref: '#/definitions/ProblemItem',
        },
      },
    },
    required: ['type', 'title', 'status', 'code'],
    additionalProperties: false,
    definitions: {
      ProblemItem: {
        title: 'ProblemItem',
        type: 'object',
        description: 'One fault.',
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer into the command.',
          },
          name: {
            type: 'string',
            description: 'The function, stage set, … concerned.',
          },
          code: {
            type: 'string',
            description: 'A code of docs/errors.md.',
          },
          detail: {
            type: 'string',
            description: 'What is wrong and what would be right.',
          },
        },
        required: ['detail'],
        additionalProperties: false,
      },
    },
    examples: [
      {
        type: 'urn:stageline:problem:STAGE_SET_EMPTY',
        title: 'Stage set is empty',
        status: 409,
        code: 'STAGE_SET_EMPTY',
        detail: 'Stage set "main" of project "default" holds no entries; stage something first.',
      },
    ],
  },
  'record.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'record.json',
    title: 'JournalRecord',
    type: 'object',
    description: 'One line of the journal: a command, who asked, its outcome and its events, together.',
    properties: {
      v: {
        const: 1,
        description: "Version of the record's shape.",
      },
      partition: {
        type: 'integer',
        minimum: 0,
        description: 'The partition; 0 today.',
      },
      position: {
        type: 'integer',
        minimum: 1,
        description: 'Contiguous from 1 in its partition.',
      },
      prev: {
        type: ['string', 'null'],
        description: 'SHA-256 (base64url) of the line before, null for the first.',
      },
      time: {
        $ref: 'common.json#/definitions/Timestamp',
      },
      command: {
        $ref: '#/definitions/RecordedCommand',
      },
      commandHash: {
        $ref: 'common.json#/definitions/Hash',
      },
      actor: {
        $ref: 'common.json#/definitions/Actor',
      },
      via: {
        type: 'string',
        enum: ['commands', 'results', 'internal'],
        description: 'The way in: the command topic, the results topic, or the writer itself.',
      },
      outcome: {
        type: 'string',
        enum: ['ok', 'rejected', 'denied', 'failed'],
        description: 'How it ended.',
      },
      result: {
        type: 'object',
        description: "The reply's result.",
        additionalProperties: true,
      },
      error: {
        $ref: 'problem.json',
      },
      events: {
        type: 'array',
        description: 'What happened; empty unless the outcome is ok.',
        items: {
          $ref: 'events.json',
        },
      },
    },
    required: [
      'v',
      'partition',
      'position',
      'prev',
      'time',
      'command',
      'commandHash',
      'actor',
      'via',
      'outcome',
      'events',
    ],
    additionalProperties: false,
    definitions: {
      RecordedCommand: {
        title: 'RecordedCommand',
        type: 'object',
        description: 'The command as it came, without its ticket.',
        properties: {
          id: {
            type: 'string',
            description: "The command's id.",
          },
          command: {
            type: 'string',
            description: 'Its name.',
          },
          project: {
            $ref: 'common.json#/definitions/ProjectName',
          },
          params: {
            type: 'object',
            additionalProperties: true,
            description: 'Its parameters.',
          },
          issuedAt: {
            $ref: 'common.json#/definitions/Timestamp',
          },
          expect: {
            type: 'object',
            additionalProperties: {
              type: 'integer',
            },
            description: 'Its expectations.',
          },
          replyTo: {
            type: 'string',
            description: 'Its reply topic.',
          },
        },
        required: ['id', 'command', 'project', 'params'],
        additionalProperties: false,
      },
    },
  },
  'reply.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'reply.json',
    title: 'Reply',
    type: 'object',
    description: 'The answer to a command.',
    properties: {
      id: {
        type: 'string',
        description: "The command's id.",
      },
      command: {
        type: 'string',
        description: "The command's name.",
      },
      status: {
        type: 'string',
        enum: ['ok', 'rejected', 'invalid', 'denied', 'failed'],
        description: 'How the command ended.',
      },
      position: {
        type: 'integer',
        minimum: 0,
        description: 'The last journal position that the answer rests on.',
      },
      result: {
        type: 'object',
        description: 'What the command yields; its shape depends on the command.',
        additionalProperties: true,
      },
      dryRun: {
        type: 'boolean',
        description: 'True when nothing was changed because only a dry run was asked for.',
      },
      error: {
        $ref: 'problem.json',
      },
    },
    required: ['id', 'command', 'status', 'position'],
    additionalProperties: false,
    examples: [
      {
        id: '0193a5a0-0000-7000-8000-000000000001',
        command: 'commit-staged-to-test',
        status: 'ok',
        position: 42,
        result: {
          release: 1,
          environment: 'test',
          functions: 3,
        },
      },
    ],
  },
  'task-message.json': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'task-message.json',
    title: 'TaskMessage',
    type: 'object',
    description:
      'Something a deployer is to do that is no deployment. It goes the way of deployments; the property `effect` is its id <partition>/<position>/<n>, the key the function that it is about, or the task where it is about none.',
    properties: {
      environment: {
        $ref: 'common.json#/definitions/EnvironmentName',
      },
      project: {
        $ref: 'common.json#/definitions/ProjectName',
      },
      task: {
        $ref: 'task-message.json#/definitions/TaskId',
      },
      operation: {
        $ref: 'task-message.json#/definitions/TaskOperation',
      },
      function: {
        $ref: 'common.json#/definitions/FunctionName',
      },
      workload: {
        $ref: 'common.json#/definitions/WorkloadType',
      },
      expired: {
        type: 'string',
        maxLength: 500,
        description: 'Why it is not to be carried out any more: it only ends, as failed.',
      },
    },
    required: ['environment', 'project', 'task', 'operation'],
    additionalProperties: false,
    definitions: {
      TaskId: {
        title: 'TaskId',
        type: 'string',
        pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
        description: 'A task, by the id of the command that asked for it.',
      },
      TaskOperation: {
        title: 'TaskOperation',
        type: 'string',
        enum: ['plan', 'check-drift', 'import', 'start', 'stop', 'restart'],
        description:
          'What a task does: plan says what a deployment would do; check-drift compares what runs with what was deployed; import takes over what runs already; start, stop and restart do that to functions.',
      },
      TaskState: {
        title: 'TaskState',
        type: 'string',
        enum: ['requested', 'done', 'failed'],
        description: 'Where a task stands. failed: as a whole, or for one of its functions at least.',
      },
      TaskCounts: {
        title: 'TaskCounts',
        type: 'object',
        description: 'Functions of a task by outcome.',
        properties: {
          done: {
            type: 'integer',
            minimum: 0,
            description: 'It was done, or was so already.',
          },
          failed: {
            type: 'integer',
            minimum: 0,
            description: 'It failed.',
          },
        },
        required: ['done', 'failed'],
        additionalProperties: false,
      },
      TaskSubject: {
        title: 'TaskSubject',
        type: 'object',
        description: 'A function that a task is about.',
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          workload: {
            $ref: 'common.json#/definitions/WorkloadType',
          },
        },
        required: ['function', 'workload'],
        additionalProperties: false,
      },
      TaskResult: {
        title: 'TaskResult',
        type: 'object',
        description: 'What a task came to for one function.',
        properties: {
          function: {
            $ref: 'common.json#/definitions/FunctionName',
          },
          outcome: {
            type: 'string',
            enum: ['done', 'failed'],
            description: 'done: also where it was so already.',
          },
          answer: {
            $ref: 'common.json#/definitions/ServerAnswer',
          },
        },
        required: ['function', 'outcome'],
        additionalProperties: false,
      },
      DriftWish: {
        title: 'DriftWish',
        type: 'object',
        description: 'How drift is looked for.',
        properties: {
          repair: {
            type: 'boolean',
            description: 'Deploy again what differs.',
          },
          packages: {
            type: 'boolean',
            description: 'Compare packages too.',
          },
        },
        additionalProperties: false,
      },
      ImportScope: {
        title: 'ImportScope',
        type: 'object',
        description: 'What is taken over.',
        properties: {
          tenant: {
            type: 'string',
            description: 'Whose functions.',
          },
          namespace: {
            type: 'string',
            description: 'Only this namespace.',
          },
        },
        required: ['tenant'],
        additionalProperties: false,
      },
    },
  },
} as const;
