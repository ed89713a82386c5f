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
  /** Reads what was written, `undefined` where it is not there. */
  readonly read: () => Promise<T | undefined>;
  /** In what it differs from what was written, a sentence for each attribute; empty where it is stored. */
  readonly differences: (found: T) => readonly string[];
  /** Whether it is there and only not finished, as `status` says. */
  readonly isPending?: (found: T) => boolean;
}

const GROWTH = 1.5;

/**
 * Reads until the API shows what it has accepted. It answers 200 and 204 before its workers have done anything, shows new things late,
 * and stores some of them never, or otherwise.
 *
 * @throws HiiRetailError `not_stored` where it never shows; with what it shows as `found`, `stored_differently` where that stays another
 *   thing, and `still_pending` where it is unfinished after a minute; what `read` throws, the `reason` of `signal`
 */
export async function awaitStored<T>(options: AwaitOptions<T>): Promise<T> {
  const { clock, signal, read } = options;
  const begin = clock.now();
  for (let wait = STORED_FIRST_POLL; ; wait = Math.min(wait * GROWTH, STORED_LONGEST_POLL)) {
    const found = await read();
    const failure = found === undefined ? new HiiRetailError('not_stored') : judge(found, options);
    if (found !== undefined && failure === undefined) return found;
    const patience = found === undefined ? ABSENT_WITHIN : STORED_WITHIN;
    if (clock.now() + wait - begin > patience) throw failure;
    await sleep(clock, wait, signal);
  }
}

/** What would be said of it if it stayed as it is. */
function judge<T>(found: T, options: AwaitOptions<T>): HiiRetailError | undefined {
  const messages = options.differences(found);
  if (options.isPending?.(found)) return new HiiRetailError('still_pending', { found });
  if (messages.length === 0) return undefined;
  return new HiiRetailError('stored_differently', { found, messages });
}

/**
 * Reads until what was deleted is gone, or 30 s are over.
 *
 * @returns whether it is gone
 * @throws what `read` throws, the `reason` of `signal`
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
