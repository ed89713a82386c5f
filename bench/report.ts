import { type Budgets, describeBudget } from './budgets.ts';
import type { Figure, GroupResult } from './figure.ts';

const DIGITS: Readonly<Record<Figure['unit'], number>> = {
  ms: 1,
  us: 1,
  MB: 1,
  KB: 0,
  x: 2,
  count: 0,
  '%': 1,
  'per s': 0,
  'per 1,000': 2,
};

/** A value as people read it; exponents for nobody. */
export function formatValue(value: number, unit: Figure['unit']): string {
  return value.toFixed(DIGITS[unit]);
}

/** A table for people: median, the quartiles around it, the budget or the goal. */
export function formatGroup({ group, title, figures, notes }: GroupResult, budgets: Budgets) {
  const rows = figures.map((figure) => [
    figure.label,
    `${formatValue(figure.median, figure.unit)} ${figure.unit}`,
    spreadOf(figure),
    aimOf(figure, budgets[`${group}/${figure.name}`]),
  ]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  ) as [number, number, number];
  const lines = rows.map(([label = '', value = '', spread = '', aim = '']) =>
    `  ${label.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${spread.padEnd(widths[2])}  ${aim}`.trimEnd(),
  );
  return [title, ...lines, ...notes.map((note) => `  ${note}`), ''].join('\n');
}

function spreadOf({ low, median, high, unit }: Figure): string {
  return low === median && high === median
    ? ''
    : `(${formatValue(low, unit)} to ${formatValue(high, unit)})`;
}

function aimOf({ goal, median, unit }: Figure, budget: Budgets[string] | undefined): string {
  if (budget !== undefined) return `budget: ${describeBudget(budget)}`;
  if (goal === undefined) return '';
  return `goal: ${goal} ${unit}${median <= goal ? '' : ', not met on this machine'}`;
}
