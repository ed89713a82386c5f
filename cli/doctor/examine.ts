import type { Check } from './check.ts';
import { checks } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, notRun } from './finding.ts';

export interface Examined {
  readonly check: Check;
  readonly finding: Finding;
}

/**
 * Runs the checks one after another. A check that needs a failed check is not run.
 *
 * @throws the reason of the subject's signal, if the user interrupts
 */
export async function* examine(evidence: Evidence): AsyncGenerator<Examined, void, void> {
  const { credential, signal } = evidence.subject;
  /** By check that failed or was not run: the title of the check that failed. */
  const culprits = new Map<string, string>();
  for (const check of checks) {
    const culprit = check.needs.map((name) => culprits.get(name)).find(Boolean);
    const finding = await find();
    signal.throwIfAborted();
    if (finding.result === 'fail') culprits.set(check.name, check.title);
    else if (culprit !== undefined) culprits.set(check.name, culprit);
    yield { check, finding };

    async function find(): Promise<Finding> {
      if (check.ofCredential && credential === undefined)
        return notRun('not run: no credential was named');
      if (culprit !== undefined) return notRun(`not run: ${culprit} failed`);
      return await check.run(evidence);
    }
  }
}

/** The first check that failed; `undefined` if none failed. */
export function firstFailed(examined: readonly Examined[]): Check | undefined {
  return examined.find(({ finding }) => finding.result === 'fail')?.check;
}
