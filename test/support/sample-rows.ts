/**
 * The rows of a suite that run: a sample by name, or all.
 *
 * @param names names of the sample; all rows if absent
 * @throws Error if a name has no row
 */
export function sampleRows<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  names?: readonly string[],
): readonly Row[] {
  if (names === undefined) return rows;
  const known = new Set(rows.map(nameOf));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`the sample names no row: ${unknown.join(', ')}`);
  return rows.filter((row) => names.includes(nameOf(row)));
}
