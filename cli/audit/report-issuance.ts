import type { Period } from './issuance.ts';
import type { ReportFigures } from './report-figures.ts';
import { escapeHtml, formatNumber } from './report-parts.ts';

// The number of colours in report-style.ts. All further teams share the last colour.
const COLOURS = 6;

/** Stacked columns: tokens issued over time, by team. */
export function renderIssuance(figures: ReportFigures): string {
  const periods = figures.issuance.periods();
  const teams = [...figures.teams].sort(([, a], [, b]) => b - a).map(([team]) => team);
  const most = Math.max(0, ...periods.map(total));
  const columns = periods.map((period) => renderColumn(period, teams, most));
  const legend = teams.map(
    (team, index) =>
      `<li><span class="swatch c${colourOf(index)}"></span>${escapeHtml(team)} <span class="number">${formatNumber(figures.teams.get(team) ?? 0)}</span></li>`,
  );
  const chart =
    periods.length === 0
      ? '<p class="none">No token was issued.</p>'
      : `<div class="chart"><span class="scale">${formatNumber(most)}</span><div class="columns">${columns.join('')}</div></div><div class="axis"><span>${label(periods[0])}</span><span>${periods.length > 1 ? label(periods.at(-1)) : ''}</span></div><ul class="legend">${legend.join('')}</ul>`;
  return `<section class="panel wide"><h2>Tokens issued, by team</h2><p class="subtitle">${escapeHtml(unit(periods))}, UTC.</p>${chart}</section>`;
}

function renderColumn(period: Period, teams: readonly string[], most: number): string {
  const parts = teams.map((team, index) => {
    const vends = period.vendsByTeam.get(team) ?? 0;
    return vends === 0
      ? ''
      : `<span class="part c${colourOf(index)}" style="height:${((100 * vends) / most).toFixed(2)}%"></span>`;
  });
  const title = teams
    .filter((team) => period.vendsByTeam.has(team))
    .map((team) => `${team}: ${period.vendsByTeam.get(team)}`);
  return `<span class="column" title="${escapeHtml([label(period), ...title].join('\n'))}">${parts.join('')}</span>`;
}

function colourOf(index: number): number {
  return Math.min(index, COLOURS - 1);
}

function total({ vendsByTeam }: Period): number {
  return [...vendsByTeam.values()].reduce((sum, vends) => sum + vends, 0);
}

function unit([first, second]: readonly Period[]): string {
  const hours = ((second?.start ?? 0) - (first?.start ?? 0)) / 3_600_000;
  if (second === undefined || hours === 1) return 'A column an hour';
  return hours === 24 ? 'A column a day' : `A column for ${Math.round(hours / 24)} days`;
}

function label(period: Period | undefined): string {
  return period === undefined
    ? ''
    : new Date(period.start).toISOString().slice(0, 16).replace('T', ' ');
}
