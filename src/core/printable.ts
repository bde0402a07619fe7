/** Characters that a terminal or a page may obey rather than show: controls, line separators, and those that turn the direction of text. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text from outside on one line, control characters written as JSON writes them. */
export function printable(text: string): string {
  return text.replace(
    CONTROLS,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
