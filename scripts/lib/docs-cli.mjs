/** docs/cli.md out of the help texts of the command line. */
export function cliMarkdown(buildProgram) {
  const context = {
    sources: { env: {}, cwd: '/' },
    out: () => undefined,
    err: () => undefined,
    stdin: async () => '',
    loadService: async () => ({}),
    stop: () => new AbortController().signal,
  };
  const program = buildProgram(context).configureOutput({ getOutHelpWidth: () => 100 });
  const sections = program.commands.flatMap((command) => sectionsOf(command, ['stageline']));
  return `# Command line

\`stageline\` talks to the service over HTTP while it runs; \`run\`, \`init\`, \`restore\` and whatever takes \`--offline\` or a
file instead work without. These are its help texts.

${block(helpOf(program))}

${sections.join('\n\n')}
`;
}

/** A section for a command, and for each of its own. */
function sectionsOf(command, parents) {
  const names = [...parents, command.name()];
  const section = `## ${names.join(' ')}\n\n${block(helpOf(command))}`;
  return [section, ...command.commands.flatMap((one) => sectionsOf(one, names))];
}

/** What \`--help\` prints, with what stands behind it. */
function helpOf(command) {
  let text = '';
  command.configureOutput({ ...command.configureOutput(), writeOut: (part) => (text += part) });
  command.outputHelp();
  return text.trimEnd();
}

function block(text) {
  return `\`\`\`text\n${text}\n\`\`\``;
}
