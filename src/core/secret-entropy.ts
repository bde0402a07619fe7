/*
 * What looks random: a run of the characters that keys and tokens are made of, long enough, whose characters repeat little
 * and change between lower case, upper case and digits as words and names do not. Hexadecimal has at most 4 bits a
 * character, so that digests and UUIDs stay below a threshold above that.
 */
const RUN = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
const SHORTEST = 20;
/** Longer runs are data (schemas, descriptors, certificates): a key of so many bits has a shape of its own. */
const LONGEST = 512;
/** Of all pairs of letters and digits side by side, so many belong to different classes at least. */
const LEAST_CHANGES = 0.3;
/** Public keys and certificates in PEM are meant to be read. */
const PUBLIC_PEM = /-----BEGIN [A-Z ]*(?:CERTIFICATE|PUBLIC KEY)-----[^-]*-----END [A-Z ]*-----/g;
/** A digest in base64 that says so. */
const DIGEST = /\bsha(?:1|256|384|512)[-:=]?[A-Za-z0-9+/]{27,88}={0,2}/gi;

/** True if a text holds what looks random: more than `minBits` bits of entropy a character. */
export function holdsRandom(text: string, minBits: number): boolean {
  if (!isPossible(text, minBits)) return false;
  const plain = text.replace(PUBLIC_PEM, '').replace(DIGEST, '');
  return isPossible(plain, minBits);
}

function isPossible(text: string, minBits: number): boolean {
  return runsIn(text).some((run) => run.length <= LONGEST && looksRandom(run, minBits));
}

/** Runs of words alone are not worth a look. */
function runsIn(text: string): readonly string[] {
  if (text.length < SHORTEST) return [];
  return (text.match(RUN) ?? []).filter((run) => /\d/.test(run));
}

function looksRandom(run: string, minBits: number): boolean {
  const { bits, changes } = measure(run);
  return bits > minBits && changes >= LEAST_CHANGES && decodedText(run) === undefined;
}

/** Shannon's entropy of a run in bits a character, and how often the class of its characters changes. */
function measure(run: string): { readonly bits: number; readonly changes: number } {
  const counts = new Map<string, number>();
  let [pairs, changes] = [0, 0];
  let before = '';
  for (const character of run) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
    const now = classOf(character);
    if (now !== '' && before !== '') {
      pairs += 1;
      if (now !== before) changes += 1;
    }
    before = now;
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / run.length) * Math.log2(count / run.length);
  return { bits, changes: pairs === 0 ? 0 : changes / pairs };
}

function classOf(character: string): '' | 'lower' | 'upper' | 'digit' {
  if (character >= 'a' && character <= 'z') return 'lower';
  if (character >= 'A' && character <= 'Z') return 'upper';
  return character >= '0' && character <= '9' ? 'digit' : '';
}

/** What runs of a text say as base64, where that is readable, such as a schema: it is looked at instead. */
export function textsIn(text: string): string[] {
  // Without capitals it is none.
  return runsIn(text).flatMap((run) => (/[A-Z]/.test(run) ? (decodedText(run) ?? []) : []));
}

function decodedText(run: string): string | undefined {
  const text = Buffer.from(run, 'base64').toString('latin1');
  return /^[\t\n\r\x20-\x7e]{12,}$/.test(text) ? text : undefined;
}
