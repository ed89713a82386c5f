/**
 * The start of a text from outside, as well-formed Unicode. It is a copy: a part of a string would
 * keep the whole string in memory.
 *
 * @param most number of UTF-16 code units
 */
export function shortText(text: string, most: number): string {
  return Buffer.from(text.slice(0, most)).toString();
}
