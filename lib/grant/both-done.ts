/**
 * Waits for an announcement and for work beside it. Both are awaited, because Lambda freezes work
 * that nobody awaits.
 *
 * @returns the result of the work
 * @throws what `announced` rejects with, else what the work rejects with
 */
export async function bothDone<T>(announced: unknown, work: T | Promise<T>): Promise<T> {
  const [announcement, result] = await Promise.allSettled([announced, work]);
  if (announcement.status === 'rejected') throw announcement.reason;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
