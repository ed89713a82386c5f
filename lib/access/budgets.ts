import { VendError } from '../errors/vend-error.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { BUDGET_REFILLED_WITHIN } from '../time/time-budget.ts';

/** How often one principal may cause something in a minute. */
export interface BudgetLimits {
  /** Token requests. Cached tokens cost nothing. */
  readonly mints: number;
  /** Reads of credentials that do not exist or are disabled. */
  readonly unknownNames: number;
}

export const DEFAULT_BUDGETS: BudgetLimits = { mints: 60, unknownNames: 30 };

const TEXTS: Readonly<Record<keyof BudgetLimits, string>> = {
  mints: 'This principal caused too many new tokens within a minute.',
  unknownNames: 'This principal named too many credentials within a minute that it cannot use.',
};

interface Account {
  /** What was left at `at`: a number with fractions. */
  readonly left: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * Budgets of each principal in this process. Without them, one principal that may use a team's
 * credentials could use up the rate limit of the authorization server and of Secrets Manager for
 * everybody. What was spent comes back evenly, the whole budget within a minute.
 */
export class Budgets {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limits: BudgetLimits;
  readonly #accounts = new BoundedMap<string, Account>(10_000);

  constructor(clock: Pick<Clock, 'now'>, limits: BudgetLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Takes one from a budget.
   *
   * @param principal its ARN. Sessions of a role share its budget, because the caller chooses their
   *   names
   * @throws VendError as {@link requireLeft}
   */
  spend(budget: keyof BudgetLimits, principal: string): void {
    this.requireLeft(budget, principal);
    const account = { left: this.#left(budget, principal) - 1, at: this.#clock.now() };
    this.#accounts.set(keyOf(budget, principal), account);
  }

  /** @throws VendError `budget_exhausted` with `retryAfter` if nothing is left */
  requireLeft(budget: keyof BudgetLimits, principal: string): void {
    const missing = 1 - this.#left(budget, principal);
    if (missing <= 0) return;
    const wait = (missing * BUDGET_REFILLED_WITHIN) / this.#limits[budget];
    throw new VendError('budget_exhausted', {
      says: TEXTS[budget],
      retryAfter: Math.ceil(Math.round(wait) / 1000),
    });
  }

  #left(budget: keyof BudgetLimits, principal: string): number {
    const limit = this.#limits[budget];
    const account = this.#accounts.get(keyOf(budget, principal));
    if (account === undefined) return limit;
    const refilled = ((this.#clock.now() - account.at) * limit) / BUDGET_REFILLED_WITHIN;
    return Math.min(limit, account.left + refilled);
  }
}

function keyOf(budget: keyof BudgetLimits, principal: string): string {
  return `${budget} ${principal}`;
}
