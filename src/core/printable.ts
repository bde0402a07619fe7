/** Characters that a terminal or a page may obey rather than show: controls, line separators, and those that turn the direction of text. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
/** The same without what lays lines out: line feeds, the carriage returns before them, and tabs. */
const CONTROLS_IN_LINES =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\r(?!\n|$)/g;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text from outside on one line, control characters written as JSON writes them. */
export function printable(text: string): string {
  return text.replace(CONTROLS, escaped);
}

/** Lines as they may go to a terminal, whatever is quoted in them. JSON still says the same. */
export function printableLines(text: string): string {
  return text.replace(CONTROLS_IN_LINES, escaped);
}

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
