import { type Clock, sleep } from '../../lib/clock.ts';
import { HiiRetailError } from './hiiretail-error.ts';

export interface AwaitOptions<T> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Reads what was written, `undefined` where it is not there. */
  readonly read: () => Promise<T | undefined>;
  readonly isStored: (found: T) => boolean;
  /** Whether it is there and only not finished, as `status` says. */
  readonly isPending?: (found: T) => boolean;
}

const FIRST_WAIT = 500;
const GROWTH = 1.5;
const LONGEST_WAIT = 5_000;
/** Milliseconds that the API is given to show what it accepted. */
const PATIENCE = 60_000;
const PATIENCE_WITH_ABSENCE = 30_000;

/**
 * Reads until the API shows what it has accepted. It answers 200 and 204 before its workers have done anything, shows new things late,
 * and stores some of them never.
 *
 * @throws HiiRetailError `not_stored` where it never shows, `still_pending` where it is there and unfinished after a minute
 */
export async function awaitStored<T>(options: AwaitOptions<T>): Promise<T> {
  const { clock, signal, read, isStored, isPending = () => false } = options;
  const begin = clock.now();
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * GROWTH, LONGEST_WAIT)) {
    const found = await read();
    if (found !== undefined && isStored(found) && !isPending(found)) return found;
    const patience = found === undefined ? PATIENCE_WITH_ABSENCE : PATIENCE;
    if (clock.now() + wait - begin > patience) {
      const unfinished = found !== undefined && isPending(found);
      throw new HiiRetailError(unfinished ? 'still_pending' : 'not_stored');
    }
    await sleep(clock, wait, signal);
  }
}
