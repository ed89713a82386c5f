import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Budgets, describeBudget, findBreaches, readBudgets } from '../../bench/budgets.ts';
import { exactly, type GroupResult, measured, ratioOf } from '../../bench/figure.ts';
import { GROUPS } from '../../bench/groups.ts';

const file = new URL('../../bench/budgets.json', import.meta.url);
const group = (...figures: GroupResult['figures'][number][]): GroupResult[] => [
  { group: 'herd', title: 'Herd', figures, notes: [] },
];

describe('budgets', () => {
  const budgets: Budgets = {
    'herd/ratio': { most: 2 },
    'herd/served': { least: 100 },
    'herd/requests': { exactly: 1 },
    'week/mints': { most: 1 },
  };
  const held = [
    ratioOf('ratio', 'ratio', [20, 40, 60], [10, 20, 30]),
    exactly('served', 'served', '%', 100),
    exactly('requests', 'token requests', 'count', 1),
  ];

  it('hold at their very limit', () => {
    expect(findBreaches(group(...held), budgets)).toEqual([]);
  });

  it('fail beyond it, each saying by how much', () => {
    const figures = [
      ratioOf('ratio', 'ratio', [21, 42, 63], [10, 20, 30]),
      exactly('served', 'served', '%', 99.9),
      exactly('requests', 'token requests', 'count', 2),
    ];
    expect(findBreaches(group(...figures), budgets)).toEqual([
      { key: 'herd/ratio', message: 'is 2.1, must be at most 2' },
      { key: 'herd/served', message: 'is 99.9, must be at least 100' },
      { key: 'herd/requests', message: 'is 2, must be exactly 1' },
    ]);
  });

  it('fail by the median, so that one disturbed round fails nothing', () => {
    const figures = [
      ratioOf('ratio', 'ratio', [10, 10, 900], [10, 10, 10]),
      ...(held.slice(1) as typeof held),
    ];
    expect(findBreaches(group(...figures), budgets)).toEqual([]);
  });

  it('fail where what they are for was not measured, or is not a number', () => {
    const figures = [measured('ratio', 'ratio', 'x', [Number.NaN]), ...held.slice(2)];
    expect(findBreaches(group(...figures), budgets).map(({ key }) => key)).toEqual([
      'herd/ratio',
      'herd/served',
    ]);
  });

  it('are never for an absolute time, which is another on every machine', () => {
    const [breach] = findBreaches(group(measured('ratio', 'ratio', 'ms', [1])), {
      'herd/ratio': { most: 2 },
    });
    expect(breach?.message).toBe('is in ms: budgets are for ratios, counts and sizes');
  });

  it('say themselves in words', () => {
    expect(Object.values(budgets).map(describeBudget)).toEqual([
      'at most 2',
      'at least 100',
      'exactly 1',
      'at most 1',
    ]);
  });
});

describe('budgets.json', () => {
  it('has a budget only for groups that run', () => {
    const groups = new Set(Object.keys(readBudgets(file)).map((key) => key.split('/')[0]));
    expect(groups.size).toBeGreaterThan(0);
    expect([...groups].filter((name) => !Object.hasOwn(GROUPS, name as string))).toEqual([]);
  });

  it('names each budget once', () => {
    const names = [...readFileSync(file, 'utf8').matchAll(/"([\w-]+\/[\w-]+)":/g)];
    expect(names.length).toBe(Object.keys(readBudgets(file)).length);
  });

  it('is refused where a limit is none', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'token-vending-budgets-'));
    const wrong = path.join(directory, 'budgets.json');
    await writeFile(wrong, '{"herd/ratio":{"max":2}}');
    expect(() => readBudgets(wrong)).toThrow('must have one of most, least, exactly');
    await rm(directory, { recursive: true });
  });
});
