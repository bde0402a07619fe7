/** A text without the slashes at its end. No expression: from each slash of a long run one would look for the end anew. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
