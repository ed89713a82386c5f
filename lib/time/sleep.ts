import type { Clock } from './clock.ts';

/**
 * Waits, or leaves early with the signal's reason.
 *
 * @throws the `reason` of `signal` if it aborts before the time is over
 */
export async function sleep(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.startTimer(milliseconds, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    signal.addEventListener('abort', leave, { once: true });
  });
}
