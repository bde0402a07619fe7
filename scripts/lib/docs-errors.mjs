import { row } from './docs-configuration.mjs';

/** docs/errors.md out of the table of codes. */
export function errorsMarkdown(codes) {
  const rows = Object.entries(codes).map(([code, { status, title, terminal }]) =>
    row([`\`${code}\``, status, title, terminal ? 'no' : 'yes']),
  );
  return `# Error codes

Every refusal and every fault is an RFC 9457 problem: in the \`error\` of a reply, as the body of an HTTP answer, and as
the code of a dead letter. \`type\` is \`urn:stageline:problem:<CODE>\`, \`code\` is \`<CODE>\`, \`title\` its meaning as below;
\`detail\` says what happened and what to do, and \`errors[]\` holds each single fault with its JSON pointer or name.

| code | HTTP status | meaning | try again? |
| --- | --- | --- | --- |
${rows.join('\n')}

- \`NOT_PROVEN\` is told as \`NOT_PROVEN_IN_<ENVIRONMENT>\`, with the environment before, such as \`NOT_PROVEN_IN_TEST\`.
- "Try again" means: the same request may succeed later with nothing changed. A command that is sent again keeps its id,
  so that it is never carried out twice.
- A reply's HTTP status follows from how the command ended: ok 200, invalid 400, denied 403, rejected 409, failed 500.
`;
}
