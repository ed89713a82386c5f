import type { Budgets } from './budgets.ts';
import type { Figure, GroupResult } from './figure.ts';
import { formatValue } from './report.ts';

const WIDTH = 900;
const LABELS = 400;
const VALUES = 190;
const ROW = 26;
const TOP = 44;

/**
 * One SVG of a group: a bar for each figure, in one scale for each unit, its quartiles as a whisker and its budget as a
 * red line. No script, no font, no style from outside, so that it shows wherever Markdown does.
 */
export function drawChart({ group, title, figures }: GroupResult, budgets: Budgets): string {
  const height = TOP + figures.length * ROW + 12;
  const rows = figures.map((figure, index) => {
    const budget = budgets[`${group}/${figure.name}`];
    const limit = budget === undefined ? undefined : (Object.values(budget)[0] as number);
    return drawRow(figure, TOP + index * ROW, scaleOf(figures, figure, budgets, group), limit);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escapeXml(title)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="26" font-size="16" fill="#1b1f24">${escapeXml(title)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function scaleOf(
  figures: readonly Figure[],
  { unit }: Figure,
  budgets: Budgets,
  group: string,
): number {
  const values = figures
    .filter((figure) => figure.unit === unit)
    .flatMap(({ name, high }) => [high, ...Object.values(budgets[`${group}/${name}`] ?? {})]);
  return (WIDTH - LABELS - VALUES) / Math.max(...values, Number.MIN_VALUE);
}

function drawRow(figure: Figure, y: number, scale: number, limit: number | undefined): string {
  const { label, low, median, high, unit } = figure;
  const x = (value: number) => (LABELS + value * scale).toFixed(1);
  const middle = y + 9;
  const line = (from: string, to: string, color: string) =>
    `<line x1="${from}" x2="${to}" y1="${middle}" y2="${middle}" stroke="${color}"/>`;
  return [
    `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end" fill="#1b1f24">${escapeXml(label)}</text>`,
    `<rect x="${LABELS}" y="${y}" width="${(median * scale).toFixed(1)}" height="18" fill="#4c8bb8"/>`,
    ...(low === high ? [] : [line(x(low), x(high), '#1b1f24')]),
    ...(limit === undefined
      ? []
      : [
          `<line x1="${x(limit)}" x2="${x(limit)}" y1="${y - 3}" y2="${y + 21}" stroke="#c0392b" stroke-width="2"/>`,
        ]),
    `<text x="${WIDTH - VALUES + 10}" y="${y + 13}" fill="#1b1f24">${formatValue(median, unit)} ${unit}</text>`,
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
