import type { ChangedCredential } from '../../lib/http/registry-wire.ts';
import type { GlobalOptions } from '../global-options.ts';
import type { Ui } from '../ui.ts';

/** A document that was stored. */
export interface Stored {
  readonly outcome: 'created' | 'replaced' | 'changed' | 'unchanged';
  /** Id of the current version. */
  readonly version: string;
  /** Whether a token was obtained with the document first. */
  readonly test: 'passed' | 'skipped' | 'not_needed';
}

const NOTES: Readonly<Record<Stored['test'], string>> = {
  passed: 'The registry obtained a token with it first. The change takes effect within 60 s.',
  skipped: 'No token was obtained with it (--no-test), which the audit record says.',
  not_needed: 'No token was obtained with it: it is disabled, or only status and epoch differ.',
};

/**
 * What a change of a document did.
 *
 * @param before id of the version that the change is based on
 */
export function storedAs(
  outcome: Stored['outcome'],
  before: string,
  changed: ChangedCredential,
  test: boolean,
): Stored {
  const { version_id: version } = changed;
  if (version === before) return { outcome: 'unchanged', version, test: 'not_needed' };
  return { outcome, version, test: test ? testOf(changed) : 'skipped' };
}

export function showStored(
  ui: Pick<Ui, 'out' | 'err'>,
  credential: string,
  { outcome, version, test }: Stored,
  { json }: Pick<GlobalOptions, 'json'>,
): void {
  if (json) {
    ui.out(JSON.stringify({ credential, outcome, version, test }));
    return;
  }
  ui.out(`${credential} ${outcome}: version ${version}`);
  if (outcome !== 'unchanged') ui.err(`  ${NOTES[test]}`);
}

// The registry does not test the document of a disabled credential.
function testOf({ status }: ChangedCredential & { readonly status?: unknown }): Stored['test'] {
  return status === 'disabled' ? 'not_needed' : 'passed';
}
