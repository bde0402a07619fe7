/** The beginning of a text from outside, for what must stay small: at most `max` UTF-16 units, and never half of a pair. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
