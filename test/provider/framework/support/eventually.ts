/** Looks until there is something, and answers it. The bound is for tests that fail. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  boundMs = 60_000,
): Promise<T> {
  const end = performance.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
