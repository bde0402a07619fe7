import { cutText } from './cut-text.js';
import { brokenText, shapeOf, unspeakableName } from './json-names.js';
import { roundedNumber } from './json-numbers.js';
import { pointerTo } from './json-pointer.js';

/** Levels of a value in a command: below what a service takes by default, with room for what stands around it. */
const MOST_LEVELS = 24;
const MAX_POINTER = 200;

/** Why a value that comes from elsewhere cannot stand in a command, which is refused as a whole then; undefined if it can. */
export function unkeepable(value: object): string | undefined {
  const text = JSON.stringify(value);
  const { depth } = shapeOf(Buffer.from(text));
  if (depth > MOST_LEVELS) return `It is nested deeper than ${MOST_LEVELS} levels.`;
  const broken = brokenText(text, value);
  if (broken !== undefined) return `${shortPointer(broken)} holds half of a surrogate pair.`;
  const unspeakable = unspeakableName(value);
  if (unspeakable !== undefined)
    return `${shortPointer(unspeakable)} is a name with a quote, a backslash or a control character.`;
  const rounded = roundedNumber(text);
  return rounded === undefined
    ? undefined
    : `It holds a number that cannot be kept exactly: about ${cutText(rounded, 50)}.`;
}

const shortPointer = (path: readonly string[]): string => cutText(pointerTo('', ...path), MAX_POINTER);
