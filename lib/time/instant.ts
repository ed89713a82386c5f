// RFC 3339 section 5.6. Seconds may be left out.
const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;
const YEAR_10000 = Date.UTC(10_000, 0);

/** The rule of {@link findInstant} in words, for messages. */
export const INSTANT_RULE = 'must be a time from 1970 to 9999 such as 2026-01-31T12:00:00Z';

/**
 * A point in time as milliseconds since the Unix epoch. A policy that gets no number, or a year that
 * its language does not know, would decide about another time than the text says.
 *
 * @returns `undefined` if the text is no time of a day that exists, from 1970 to 9999
 */
export function findInstant(text: string): number | undefined {
  const [, year, month, day] = INSTANT.exec(text) ?? [];
  // Date.parse reads 30 February as 2 March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCDate() !== Number(day)) return undefined;
  const time = Date.parse(text);
  return time >= 0 && time < YEAR_10000 ? time : undefined;
}

/** A point in time as text, to the second: `2026-01-31T12:00:00Z`. */
export function formatInstant(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '');
}
