/** Polls until there is a value, and returns it. The time limit is for tests that fail. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  boundMs = 60_000,
): Promise<T> {
  const end = performance.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('no value appeared in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
