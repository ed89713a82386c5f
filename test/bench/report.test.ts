import { describe, expect, it } from '@jest/globals';
import { drawChart } from '../../bench/chart.ts';
import { exactly, type GroupResult, measured, ratioOf } from '../../bench/figure.ts';
import { formatGroup } from '../../bench/report.ts';

const result: GroupResult = {
  group: 'warm-path',
  title: 'Cached vend <in process>',
  figures: [
    measured('vend', 'cached vend', 'us', [30, 40, 50], 20),
    measured('parse', 'parse', 'us', [3], 20),
    ratioOf('over-bare', 'over a bare handler', [30, 40, 50], [10, 10, 10]),
    exactly('requests', 'token requests', 'count', 1),
  ],
  notes: ['One core.'],
};
const budgets = { 'warm-path/over-bare': { most: 6 } };

describe('the table', () => {
  it('shows median, spread, and budget or goal of each figure', () => {
    expect(formatGroup(result, budgets).split('\n')).toEqual([
      'Cached vend <in process>',
      '  cached vend          40.0 us  (35.0 to 45.0)  goal: 20 us, not met on this machine',
      '  parse                 3.0 us                  goal: 20 us',
      '  over a bare handler   4.00 x  (3.50 to 4.50)  budget: at most 6',
      '  token requests       1 count',
      '  One core.',
      '',
    ]);
  });
});

describe('the chart', () => {
  const svg = drawChart(result, budgets);
  const numbers = (pattern: RegExp) => [...svg.matchAll(pattern)].map(([, value]) => Number(value));

  it('draws a bar for each figure, longer for more of the same unit', () => {
    const [vend, parse] = numbers(/<rect x="400" y="\d+" width="([\d.]+)"/g);
    expect(vend as number).toBeGreaterThan((parse as number) * 10);
    expect(numbers(/<rect x="400" y="(\d+)"/g).length).toBe(4);
  });

  it('marks the budget beyond the bar that keeps it, inside of the picture', () => {
    const [limit] = numbers(/x1="([\d.]+)" x2="[\d.]+" y1="\d+" y2="\d+" stroke="#c0392b"/g);
    expect(limit as number).toBeGreaterThan(400);
    expect(limit as number).toBeLessThan(900);
  });

  it('is well-formed whatever a title holds, and loads nothing from outside', () => {
    expect(svg).toContain('Cached vend &#60;in process&#62;');
    expect(svg).not.toMatch(/<script|href=|url\(/);
  });
});
