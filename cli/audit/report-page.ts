import type { LatencyHistogram } from './latency-histogram.ts';
import { type ReportFigures, STAGES } from './report-figures.ts';
import { renderIssuance } from './report-issuance.ts';
import { escapeHtml, formatNumber, renderBars } from './report-parts.ts';
import { STYLE } from './report-style.ts';
import type { VerifiedLog } from './verify-log.ts';

export interface Report {
  readonly figures: ReportFigures;
  readonly log: VerifiedLog;
  readonly location: string;
  readonly made: Date;
}

const MOST_ROWS = 12;

/** The whole page. Every text from the log is escaped, because callers choose some of it. */
export function renderReport({ figures, log, location, made }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Token issuance report</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Token issuance</h1>
<p>${escapeHtml(span(log))}<br>from <code>${escapeHtml(location)}</code>, made ${escapeHtml(minute(made.getTime()))}</p>
</header>
${renderVerdict(log)}
<section class="tiles" aria-label="Figures">
${tile('tokens issued', formatNumber(figures.vends))}
${tile('requests to authorization servers', formatNumber(figures.mints))}
${tile('requests saved', percent(figures.saved, figures.vends))}
${tile('refused', formatNumber(sum(figures.refusals)))}
${tile('callers', formatNumber(figures.callers.size))}
</section>
<main>
${renderIssuance(figures)}
${panel('Refused, by reason', 'Error code, and the policies that decided.', renderBars(top(figures.refusals), 'bad'))}
${panel('Tokens issued, by caller', 'Role or user that signed the request.', renderBars(topCallers(figures), 'good'))}
${panel('Duration by stage', 'Milliseconds: median and 95th percentile of the requests. Stages overlap.', renderStages(figures))}
</main>
<footer><p>Counted from ${formatNumber(log.records)} records in ${formatNumber(log.chains)} ${log.chains === 1 ? 'chain' : 'chains'}. A chain is the log of one process. Records missing from the end of a chain, and chains that were written again, cannot be seen from the log alone; signed anchors show both: docs/audit.md.</p></footer>
</body>
</html>
`;
}

function renderVerdict({ breaks, unlistedBreaks, records, chains, anchored }: VerifiedLog): string {
  if (breaks.length === 0)
    return `<section class="verdict whole"><strong>The log is consistent.</strong> All ${formatNumber(records)} records are in order, and each names the one before it. Every token request and every change of a credential was logged before it was made; every issued token has a record. ${renderProof(anchored, chains)}</section>`;
  const items = breaks
    .slice(0, MOST_ROWS)
    .map(
      ({ key, kind, message }) =>
        `<li><code>${escapeHtml(key)}</code><br>${escapeHtml(kind)}: ${escapeHtml(message)}</li>`,
    );
  const broken = breaks.length + unlistedBreaks;
  return `<section class="verdict broken"><strong>The log is broken in ${formatNumber(broken)} ${broken === 1 ? 'place' : 'places'}.</strong> The figures below include only readable records.<ul>${items.join('')}</ul></section>`;
}

function renderProof(anchored: VerifiedLog['anchored'], chains: number): string {
  if (anchored === undefined)
    return 'This page does not prove that no chain was written again: <code>token-vending audit verify --public-key</code> does.';
  const proven = Object.keys(anchored.proven).length;
  return `Signed anchors prove ${formatNumber(proven)} of ${formatNumber(chains)} chains, the last anchor of ${escapeHtml(minute(anchored.last as number))}.`;
}

function tile(label: string, value: string): string {
  return `<div class="tile"><span class="value">${escapeHtml(value)}</span><span class="label">${escapeHtml(label)}</span></div>`;
}

function panel(title: string, subtitle: string, body: string): string {
  return `<section class="panel"><h2>${escapeHtml(title)}</h2><p class="subtitle">${escapeHtml(subtitle)}</p>${body}</section>`;
}

function top(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_ROWS);
}

function topCallers({ callers }: ReportFigures): [string, number][] {
  return top(new Map([...callers].map(([name, { vends }]) => [name, vends]))).filter(
    ([, vends]) => vends > 0,
  );
}

function renderStages({ stages }: ReportFigures): string {
  if (stages.size === 0) return '<p class="none">No token was issued.</p>';
  const known = STAGES.filter((stage) => stages.has(stage));
  const rows = known.map((stage) => {
    const histogram = stages.get(stage) as LatencyHistogram;
    const [half, most] = [histogram.percentile(0.5), histogram.percentile(0.95)];
    return `<tr><th scope="row">${escapeHtml(stage)}</th><td>${half.toFixed(1)}</td><td>${most.toFixed(1)}</td><td>${formatNumber(histogram.count)}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">stage</th><th scope="col">p50 ms</th><th scope="col">p95 ms</th><th scope="col">requests</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function span({ first, last }: VerifiedLog): string {
  return first === undefined || last === undefined
    ? 'no record'
    : `${minute(first)} to ${minute(last)}`;
}

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, number) => total + number, 0);
}
