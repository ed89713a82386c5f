import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { VendError } from '../../errors/vend-error.ts';
import type { AccessPolicy } from '../policy.ts';

/** The result of a reload. */
export type PolicyReload =
  | { readonly version: string }
  /** The edited policies are not valid. The previous policies stay in force. */
  | { readonly error: VendError };

/**
 * A policy that reloads its files if they change while the process runs. For the local system:
 * deployed policies change by deployment only.
 *
 * @param open reads the policies; throws VendError `config_invalid`
 * @param directory its files are compared before each decision
 * @throws VendError `config_invalid` if the policies are not valid at the start
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
      report({ error: VendError.from(error) });
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
    // A file that disappears after it was listed counts as an edit; the reload states the error.
    return '';
  }
}
