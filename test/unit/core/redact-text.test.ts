import { REDACTED } from '../../../src/core/secret-shapes.js';
import { redactText } from '../../../src/core/redact-text.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

describe('redactText', () => {
  it.each([
    [
      'a/b/password=hunter2 is not in stage set "main"',
      `a/b/password=${REDACTED} is not in stage set "main"`,
    ],
    ['db.password: hunter2, host: h', `db.password: ${REDACTED}, host: h`],
    ['{"apiKey":"hunter2","host":"h"}', `{"apiKey":${REDACTED},"host":"h"}`],
    ['{"apiKey": "hunter2 \\" hunter2"}', `{"apiKey": ${REDACTED}}`],
    ['"{\\"apiKey\\":\\"hunter2 hunter2\\",\\"a\\":1}"', `"{\\"apiKey\\":${REDACTED},\\"a\\":1}"`],
    ["secret='hunter2 hunter2'", `secret=${REDACTED}`],
    ['token="hunter2', `token=${REDACTED}`],
    ['http://h/x?token=hunter2&a=1', `http://h/x?token=${REDACTED}&a=1`],
    ['https://user:hunter2@host:1/x refused', `https://${REDACTED}@host:1/x refused`],
    ['https://user:hunter2@hunter2@host/x', `https://${REDACTED}@host/x`],
    ['https://hunter2@host', `https://${REDACTED}@host`],
    ['Authorization: Bearer hunter2', `Authorization: ${REDACTED} ${REDACTED}`],
    ['Basic aHVudGVyMg==', `Basic ${REDACTED}`],
    [`got ${JWT}!`, `got ${REDACTED}!`],
    ['x -----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY----- y', `x ${REDACTED} y`],
    ['x -----BEGIN PRIVATE KEY-----\nhunter2', `x ${REDACTED}`],
  ])('masks in %j', (text, masked) => {
    expect(redactText(text)).toBe(masked);
  });

  it.each([
    'Stage set "main" of project "default" holds no entries; stage something first.',
    'public/default/enrich: held since release 3 of prod',
    '{"$secret":"db"} and {"$sealed":"eyJ"}',
    'passwordFile=/run/db, maxTokens: 5, tokenUrl=https://h/x',
    'the cluster asks for basic authentication',
    'mail to someone@example.com',
    'https://host/a@b',
    '',
  ])('leaves %j', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('masks where a key is long', () => {
    expect(redactText(`${'a'.repeat(500)}.password=hunter2`)).not.toContain('hunter2');
  });

  it('masks a second time what it has masked to the same', () => {
    const once = redactText('password=hunter2 https://u:hunter2@h "token":"hunter2"');
    expect(redactText(once)).toBe(once);
  });
});
