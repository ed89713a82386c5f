/** A text with the characters of `error_description` alone (RFC 6749 section 5.2). */
export function toErrorDescription(text: string): string {
  return text
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replace(/[^\x20-\x7E]/gu, '?')
    .trim();
}
