import type { Clock } from '../../lib/time/clock.ts';
import { sleep } from '../../lib/time/sleep.ts';
import {
  ABSENT_WITHIN,
  STORED_FIRST_POLL,
  STORED_LONGEST_POLL,
  STORED_WITHIN,
} from '../../lib/time/time-budget.ts';
import { HiiRetailError } from './hiiretail-error.ts';

export interface AwaitOptions<T> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Reads the object. `undefined` if it does not exist. */
  readonly read: () => Promise<T | undefined>;
  /**
   * Describes each attribute that differs from the written value, one sentence each. Empty if the
   * object is stored as written.
   */
  readonly differences: (found: T) => readonly string[];
  /** Whether the object exists and is not finished, as `status` says. */
  readonly isPending?: (found: T) => boolean;
}

const GROWTH = 1.5;

/**
 * Reads until the API shows the accepted write. The API returns 200 and 204 before its workers
 * start, shows new objects late, and stores some objects never or with other values.
 *
 * @throws HiiRetailError `not_stored` if the object never appears; `stored_differently`, with the
 *   object as `found`, if it keeps other values; `still_pending` if it is unfinished after a
 *   minute; the errors of `read`; the `reason` of `signal`
 */
export async function awaitStored<T>(options: AwaitOptions<T>): Promise<T> {
  const { clock, signal, read } = options;
  const begin = clock.now();
  for (let wait = STORED_FIRST_POLL; ; wait = Math.min(wait * GROWTH, STORED_LONGEST_POLL)) {
    const found = await read();
    const error = found === undefined ? new HiiRetailError('not_stored') : judge(found, options);
    if (found !== undefined && error === undefined) return found;
    const patience = found === undefined ? ABSENT_WITHIN : STORED_WITHIN;
    if (clock.now() + wait - begin > patience) throw error;
    await sleep(clock, wait, signal);
  }
}

/** The error if the object stays as it is. */
function judge<T>(found: T, options: AwaitOptions<T>): HiiRetailError | undefined {
  const messages = options.differences(found);
  if (options.isPending?.(found)) return new HiiRetailError('still_pending', { found });
  if (messages.length === 0) return undefined;
  return new HiiRetailError('stored_differently', { found, messages });
}

/**
 * Reads until the deleted object is gone, for at most 30 s.
 *
 * @returns whether it is gone
 * @throws the errors of `read`; the `reason` of `signal`
 */
export async function awaitGone({
  clock,
  signal,
  read,
}: Pick<AwaitOptions<unknown>, 'clock' | 'signal' | 'read'>): Promise<boolean> {
  const begin = clock.now();
  for (let wait = STORED_FIRST_POLL; ; wait = Math.min(wait * GROWTH, STORED_LONGEST_POLL)) {
    if ((await read()) === undefined) return true;
    if (clock.now() + wait - begin > ABSENT_WITHIN) return false;
    await sleep(clock, wait, signal);
  }
}
