import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Figure, GroupResult } from './figure.ts';

const budgetSchema = v.union(
  [
    v.strictObject({ most: v.number() }),
    v.strictObject({ least: v.number() }),
    v.strictObject({ exactly: v.number() }),
  ],
  'must have one of most, least, exactly',
);
const budgetsSchema = v.record(v.string(), budgetSchema);

export type Budget = v.InferOutput<typeof budgetSchema>;
/** By `group/figure`. */
export type Budgets = Readonly<Record<string, Budget>>;

/** A budget that does not hold. */
export interface Breach {
  /** `group/figure`. */
  readonly key: string;
  readonly message: string;
}

// A time on a busy machine says little, so a budget for one would fail builds for nothing, or be too wide to fail any.
const MAY_HAVE_A_BUDGET: readonly Figure['unit'][] = ['x', 'count', '%', 'KB', 'MB', 'per 1,000'];

/**
 * @param file budgets.json
 * @throws ValiError where it is not of the shape
 */
export function readBudgets(file: string | URL): Budgets {
  return v.parse(budgetsSchema, JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Holds figures against budgets. A budget of a measured group that no figure answers to is a breach as well: renaming a
 * figure must not switch its budget off.
 */
export function findBreaches(results: readonly GroupResult[], budgets: Budgets): Breach[] {
  return results.flatMap(({ group, figures }) =>
    Object.entries(budgets)
      .filter(([key]) => key.startsWith(`${group}/`))
      .flatMap(([key, budget]) => {
        const figure = figures.find(({ name }) => key === `${group}/${name}`);
        const message = figure === undefined ? 'was not measured' : judge(figure, budget);
        return message === undefined ? [] : [{ key, message }];
      }),
  );
}

/** `at most 6`, as tables and charts show it. */
export function describeBudget(budget: Budget): string {
  if ('most' in budget) return `at most ${budget.most}`;
  return 'least' in budget ? `at least ${budget.least}` : `exactly ${budget.exactly}`;
}

function judge({ unit, median }: Figure, budget: Budget): string | undefined {
  if (!MAY_HAVE_A_BUDGET.includes(unit))
    return `is in ${unit}: budgets are for ratios, counts and sizes`;
  return holds(median, budget)
    ? undefined
    : `is ${Number(median.toPrecision(4))}, must be ${describeBudget(budget)}`;
}

function holds(value: number, budget: Budget): boolean {
  // NaN holds nowhere.
  if ('most' in budget) return value <= budget.most;
  return 'least' in budget ? value >= budget.least : value === budget.exactly;
}
