import { type Command, InvalidArgumentError } from 'commander';

const DAY = 86_400_000;
// 100 years: the longest retention of S3 Object Lock.
const MOST_DAYS = 36_500;

export interface RetentionFlags {
  readonly retentionDays?: number;
}

export function addRetention(command: Command): Command {
  return command.option(
    '--retention-days <days>',
    'days for which the store keeps records. Older records may be missing',
    parseDays,
  );
}

/** The time before which records may have expired, in milliseconds since the Unix epoch. */
export function expiredBefore({ retentionDays }: RetentionFlags, now: number): number | undefined {
  return retentionDays === undefined ? undefined : now - retentionDays * DAY;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!(Number.isInteger(days) && days > 0 && days <= MOST_DAYS))
    throw new InvalidArgumentError(`It must be a number of days from 1 to ${MOST_DAYS}.`);
  return days;
}
