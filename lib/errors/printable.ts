/**
 * A text from outside for a terminal: without control characters, and without invisible ones that
 * change the direction or the order of what is shown. Each group of them becomes a space.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
