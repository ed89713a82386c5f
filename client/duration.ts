const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** The rule in words, for messages. */
export const DURATION_RULE =
  'must be a whole number of seconds, or a duration such as "90s", "15m" or "1h"';

/**
 * Seconds of a duration; `undefined` if it does not follow {@link DURATION_RULE}.
 *
 * @example
 * ```ts
 * findSeconds('15m'); // 900
 * ```
 */
export function findSeconds(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * SECONDS[unit as keyof typeof SECONDS];
}
