const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

export function formatNumber(number: number): string {
  return number.toLocaleString('en-US');
}

/** Horizontal bars with their numbers, longest first. */
export function renderBars(
  rows: readonly (readonly [string, number])[],
  tone: 'good' | 'bad',
): string {
  if (rows.length === 0) return '<p class="none">None.</p>';
  const most = Math.max(...rows.map(([, number]) => number));
  const items = rows.map(
    ([name, number]) =>
      `<li><span class="name">${escapeHtml(name)}</span><span class="number">${formatNumber(number)}</span><span class="track"><span class="bar ${tone}" style="width:${((100 * number) / most).toFixed(1)}%"></span></span></li>`,
  );
  return `<ol class="bars">${items.join('')}</ol>`;
}
