import { printable } from './printable.js';
import { depthOf } from './read-command.js';
import { redactText } from './redact-text.js';
import { redact } from './redact.js';

/** A payload as it may be shown: JSON where it is JSON, else its beginning as text. Secrets are masked in both. */
export type PayloadView =
  | { readonly json: unknown }
  /** `cut`: the payload goes on. */
  | { readonly text: string; readonly cut: boolean };

/** JSON nested deeper is shown as text: what walks through it does so by recursion. */
const MAX_DEPTH = 100;
/** How much of a text is shown, and how much of it is looked at for secrets. */
const SHOWN = 2_000;
const LOOKED_AT = 16_000;

const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** Makes a payload fit to be shown. `complete` false: it was cut already. */
export function viewPayload(payload: Buffer, complete: boolean): PayloadView {
  if (complete && depthOf(payload) <= MAX_DEPTH) {
    try {
      return { json: redact(JSON.parse(strict.decode(payload)) as unknown) };
    } catch {
      // Shown as text.
    }
  }
  const text = printable(redactText(lenient.decode(payload.subarray(0, LOOKED_AT))));
  const cut = !complete || payload.length > LOOKED_AT || text.length > SHOWN;
  return { text: text.slice(0, SHOWN), cut };
}
