import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** One check of a step between a caller and its token. */
export interface Check {
  /** In JSON reports. */
  readonly name: string;
  /** In text reports. */
  readonly title: string;
  /** For `--help`. */
  readonly question: string;
  /** Exit code of the command if this check is the first to fail; absent if it cannot fail. */
  readonly exitCode?: number;
  /** Names of the checks that must pass before this one is run. */
  readonly needs: readonly string[];
  /** Only run if a credential is named. */
  readonly ofCredential?: true;
  readonly run: (evidence: Evidence) => Finding | Promise<Finding>;
}
