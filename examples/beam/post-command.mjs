// Posts a command to the command topic through Pulsar Beam, or through Stageline in Beam's place: the address is all that
// differs. The command comes on standard input, with its ticket in it:
//
//   npx stageline sign command.json | BEAM_URL=http://127.0.0.1:8085 node examples/beam/post-command.mjs
const { BEAM_URL, BEAM_TOKEN, COMMAND_TOPIC = 'persistent://ops/stageline/commands' } = process.env;

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const response = await fetch(new URL('/v1/firehose', BEAM_URL), {
  method: 'POST',
  headers: { TopicFn: COMMAND_TOPIC, ...(BEAM_TOKEN ? { Authorization: BEAM_TOKEN } : {}) },
  body: Buffer.concat(chunks),
});
console.log(response.status, await response.text());
process.exitCode = response.ok ? 0 : 1;
