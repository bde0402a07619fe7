import { row } from './docs-configuration.mjs';

/**
 * docs/commands.md out of the registry's definitions (`{name, summary, role, kind, refusals, schema}`) and the schemas by
 * their $id.
 */
export function commandsMarkdown(commands, schemas, roles) {
  const list = commands.map((command) =>
    row([`[\`${command.name}\`](#${command.name})`, command.kind, roleOf(command), command.summary]),
  );
  return `# Commands

The whitelist: nothing else is carried out, whichever way it comes in. \`POST /v1/commands\` takes them, \`stageline send\`
sends them, and a message on the command topic is the same JSON. The messages themselves are described in
\`schemas/messages/\`, the parameters in \`schemas/commands/\`, the codes in [errors.md](errors.md).

A \`query\` leaves no record in the journal; one of \`history\` neither, and is answered out of the journal itself, which
takes as long as it is read. The role is the one that a caller needs, in the command's project; with "in all", in every
project. There is a \`commit-staged-to-<environment>\` for every environment; here
are those of \`test\` and \`prod\`.

## Who may what

| role | what for |
| --- | --- |
${Object.entries(roles)
  .map(([role, what]) => row([role, what]))
  .join('\n')}

Developers, approvers and operators may read as well; an admin may everything but override. Somebody may act, and read, in
the projects that the token names. How callers are known is in [security.md](security.md).

## All commands

| command | kind | role | what it does |
| --- | --- | --- | --- |
${list.join('\n')}

${commands.map((command) => section(command, schemas)).join('\n')}`;
}

/** The role, and whether it has to be held in all projects whatever is asked. */
function roleOf({ role, everyProject }) {
  return everyProject?.({}) === true ? `${role}, in all` : role;
}

function section(command, schemas) {
  const { name, summary, kind, refusals, schema: schemaId } = command;
  const schema = schemas[schemaId];
  if (schema === undefined) throw new Error(`${name}: there is no schema ${schemaId}`);
  const required = schema.required ?? [];
  const params = Object.entries(schema.properties ?? {}).map(([field, property]) =>
    row([
      `\`${field}\``,
      typeOf(property, schema, schemas),
      required.includes(field) ? 'yes' : 'no',
      resolved(property, schema, schemas).description ?? '',
    ]),
  );
  const examples = (schema.examples ?? []).map((params) =>
    JSON.stringify({ command: name, project: 'default', params }, null, 2),
  );
  return `## ${name}

${summary}

Role: ${roleOf(command)}. Kind: ${kind}. Schema: \`${schemaId}\`. ${
    refusals.length > 0
      ? `May refuse with ${refusals.map((code) => `\`${code}\``).join(', ')}.`
      : 'Refuses nothing of its own.'
  }

${
  params.length > 0
    ? `| parameter | type | required | meaning |\n| --- | --- | --- | --- |\n${params.join('\n')}`
    : 'No parameters.'
}
${examples.map((example) => `\n\`\`\`json\n${example}\n\`\`\`\n`).join('')}`;
}

function resolved(property, home, schemas) {
  if (property.$ref === undefined) return property;
  const [file, path] = property.$ref.split('#/definitions/');
  const target = file === '' ? home : schemas[file];
  return path === undefined ? target : target.definitions[path];
}

function typeOf(property, home, schemas) {
  const target = resolved(property, home, schemas);
  if (target.const !== undefined) return `\`${JSON.stringify(target.const)}\``;
  if (target.enum) return target.enum.map((value) => `\`${value}\``).join(', ');
  if (target.type === 'array' && target.items) return `list of ${typeOf(target.items, home, schemas)}`;
  return property.$ref === undefined ? [target.type].flat().join(' or ') : `${target.type} (${target.title})`;
}
