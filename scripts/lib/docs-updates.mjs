import { row } from './docs-configuration.mjs';

const KINDS = { set: 'added', changed: 'changed', cleared: 'cleared' };
const INPUT_KINDS = { set: 'an input added', cleared: 'an input left out' };
const TITLES = { function: 'Functions', source: 'Sources', sink: 'Sinks' };

/** docs/pulsar-updates.md out of the planner's rules. */
export function updatesMarkdown(rules, version) {
  return `# What an update does to each field

Pulsar ${version} answers many updates with success and leaves a part of them out. This is what it does with each field of
the three config types, and what \`stageline plan\` says before anything is sent. The planner's rules are the source
(\`src/deployer/*-rules.ts\`); \`test/contract/updates.test.ts\` holds a real broker and the sandbox to them: each field is
added, changed and cleared, alone and beside another change, and read back.

| class | meaning |
| --- | --- |
| \`update\` | an update brings it about |
| \`ignored\` | Pulsar leaves it as it is, without a word; the rest of the update is sent, and the deployment ends as \`deployed-with-differences\` |
| \`refused\` | Pulsar refuses the whole update; nothing is sent, the plan is \`blocked\` |
| \`lost\` | taken at creation and lost by any later update, whatever it says |
| \`re-create\` | an update is no way at all |

What is not \`update\` comes about by re-creation only: the function is deleted and created, where that is allowed by
name.

${Object.entries(rules)
  .map(([type, list]) => section(type, list))
  .join('\n\n')}

## What holds for all of them

- **A change alone may be none.** Pulsar edits the map of inputs that it compares with: a change inside \`inputSpecs\` of a
  function alone is answered "Update contains no change" and is lost (fields marked ¹). The same update with empty
  \`secrets\`, or with a \`producerConfig\` that leaves out what Pulsar fills in, counts, and that is what is sent.
- **Numbers.** A number in \`userConfig\` or \`secrets\` is kept as a double: 1 is read back as 1.0, and the same config
  sent again counts as a change and restarts the function. Numbers are compared by value, and nothing is sent where
  nothing differs.
- **Maps.** \`userConfig\`, \`configs\` and \`secrets\` are replaced as a whole; absent means "keep", \`{}\` clears. Entries
  that are null are never kept. \`resources\` are merged: all three are sent.
- **Not read back** (fields marked ²): compared with what was deployed last.
- **Package.** Nothing is read back of it. An update that brings a package always restarts the function, so that it is
  sent only where its digest is another than that of the last deployment.
- Fields marked ³ are not tried: what is said here was read in Pulsar's sources.
`;
}

function section(type, rules) {
  const rows = rules.flatMap((rule) =>
    rule.kind === 'compared'
      ? rule.fates.map((fate) =>
          row([`\`${rule.field}\`${marks(rule)}`, changeOf(rule, fate), `\`${fate.class}\``, fate.detail]),
        )
      : [row([`\`${rule.field}\``, '', NOT_COMPARED[rule.kind], rule.detail])],
  );
  return `## ${TITLES[type]}

| field | change | class | what Pulsar does |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

const NOT_COMPARED = { rewritten: 'written otherwise', unused: 'without effect', fixed: 'never changes' };

/** A fate that comes after another stands for the kinds that are left. */
function changeOf(rule, fate) {
  const before = rule.fates.slice(0, rule.fates.indexOf(fate)).filter(({ when }) => when === undefined);
  const words = rule.field === '/inputSpecs/*' ? INPUT_KINDS : KINDS;
  const kinds = fate.kinds.filter((kind) => words[kind] && !before.some(({ kinds }) => kinds.includes(kind)));
  const all =
    kinds.length === Object.keys(KINDS).length ? 'any' : kinds.map((kind) => words[kind]).join(', ');
  return fate.when === undefined ? all : `${all}, where ${fate.when.says}`;
}

function marks({ uncounted, hidden, untried }) {
  return [uncounted && '¹', hidden && '²', untried && '³'].filter(Boolean).join(' ');
}
