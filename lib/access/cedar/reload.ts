import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { VendError } from '../../errors/vend-error.ts';
import type { AccessPolicy } from '../policy.ts';

/** What became of an edit. */
export type PolicyReload =
  | { readonly version: string }
  /** The edit cannot be used: the last good policies stay in force. */
  | { readonly failure: VendError };

/**
 * A policy that takes over edits of its files while the process runs, for the local system: deployed policies change by
 * deployment only.
 *
 * @param open reads the policies anew; throws VendError `config_invalid`
 * @param directory whose files are looked at before each decision
 * @throws VendError `config_invalid` where the policies at hand cannot be used
 */
export function reloadPolicy(
  open: () => AccessPolicy,
  directory: string,
  report: (outcome: PolicyReload) => void,
): AccessPolicy {
  let seen = fingerprint(directory);
  let current = open();
  const refresh = () => {
    const found = fingerprint(directory);
    if (found === seen) return;
    seen = found;
    try {
      current = open();
      report({ version: current.version });
    } catch (error) {
      report({ failure: VendError.from(error) });
    }
  };
  return {
    get version() {
      return current.version;
    },
    decide(request) {
      refresh();
      return current.decide(request);
    },
  };
}

function fingerprint(directory: string): string {
  try {
    const files = readdirSync(directory).filter((file) => file.endsWith('.cedar'));
    const states = files.sort().map((file) => {
      const { mtimeMs, size } = statSync(path.join(directory, file));
      return `${file} ${mtimeMs} ${size}`;
    });
    return states.join('\n');
  } catch {
    // A file that goes away between two looks counts as an edit; reading will tell what is wrong.
    return '';
  }
}
