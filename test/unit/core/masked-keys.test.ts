import { keptPayload, keptProperties } from '../../../src/core/kept-payload.js';
import { redactText } from '../../../src/core/redact-text.js';
import { redact } from '../../../src/core/redact.js';
import { DEFAULT_SECRET_RULES, maskedKeys } from '../../../src/core/secret-rules.js';
import { maskShapes, REDACTED } from '../../../src/core/secret-shapes.js';
import { deadLetterOf } from '../../../src/processor/replies.js';
import { createLog } from '../../../src/service/system.js';

const RULES = { ...DEFAULT_SECRET_RULES, keys: ['pin'], ignoredKeys: ['authScheme'] };
const isSecret = maskedKeys(RULES);
const LEAK = '4711-0815';

describe('keys that an installation takes for secrets', () => {
  it('are masked beside those that are secret-looking anywhere, also where the rules ignore them', () => {
    const config = {
      cardPin: LEAK,
      password: LEAK,
      spinner: 'stays',
      authScheme: LEAK,
      list: [{ PIN: LEAK }],
    };
    const masked = { cardPin: REDACTED, password: REDACTED, spinner: 'stays' };
    expect(redact(config, maskShapes, isSecret)).toMatchObject({ ...masked, list: [{ PIN: REDACTED }] });
    expect(redact({ name: 'card.pin', value: LEAK }, maskShapes, isSecret)).toEqual({
      name: 'card.pin',
      value: REDACTED,
    });
    const { authScheme: _authScheme, ...shown } = config;
    expect(JSON.stringify(redact(shown))).toContain(LEAK);
  });

  it('are masked in texts', () => {
    expect(redactText(`cardPin=${LEAK}, spinner=7`, isSecret)).toBe(`cardPin=${REDACTED}, spinner=7`);
    expect(redactText(`cardPin=${LEAK}`)).toContain(LEAK);
  });

  it.each([
    ['JSON', JSON.stringify({ command: 'nonsense', params: { cardPin: LEAK } })],
    ['what is none', `{"cardPin": "${LEAK}", broken`],
  ])('leave nothing of their values in a dead letter of %s', (_what, text) => {
    const message = {
      ...{ id: '1', key: `pin=${LEAK}`, properties: { pin: LEAK }, publishTime: 0 },
      payload: Buffer.from(text),
    };
    const rejected = { code: 'INVALID_JSON', reason: `near cardPin="${LEAK}"`, topic: 't', message } as const;
    const kept = deadLetterOf(rejected, { now: () => 0 }, isSecret);
    const shown = JSON.stringify({ ...kept, payload: Buffer.from(kept.payload, 'base64').toString() });
    expect({ ...kept, shown }).toMatchObject({
      masked: true,
      shown: expect.not.stringContaining('4711') as string,
    });
    // Nobody knows them for secrets otherwise.
    expect(keptPayload(message.payload)).toMatchObject({ masked: false });
    expect(keptProperties(message.properties)).toEqual({ pin: LEAK });
  });

  it('are masked in the log', () => {
    const written: string[] = [];
    const log = createLog(
      { logLevel: 'info', limits: { secretRules: RULES } },
      { write: (line) => written.push(line) },
    );
    log.info({ config: { cardPin: LEAK }, reason: `refused: pin=${LEAK}`, count: 3 }, 'event');
    expect(written.join('')).not.toContain('4711');
    expect(JSON.parse(written.join(''))).toMatchObject({ config: { cardPin: REDACTED }, count: 3 });
  });
});
