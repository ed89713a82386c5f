import type { Command } from 'commander';
import { TokenVendingError } from '../client/token-vending-error.ts';
import { ENDPOINT_VERSION_TIMEOUT } from '../lib/time/time-budget.ts';
import { VERSION } from '../lib/version.ts';
import { applyContext } from './context/apply-context.ts';
import {
  clientFor,
  type GlobalOptions,
  optionsOf,
  type Surroundings,
  uiFor,
} from './global-options.ts';

/** Whether a command line requests the version. Its other words are then ignored. */
export function requestsVersion(program: Command, argv: readonly string[]): boolean {
  if (!argv.includes('--version') && !argv.includes('-V')) return false;
  // Also after the name of a command.
  program.enablePositionalOptions(false).parseOptions([...argv]);
  program.enablePositionalOptions();
  return program.opts()['version'] === true;
}

/**
 * Shows the version of this command. Also shows the version of the function if an endpoint is
 * configured and responds within two seconds.
 */
export async function showVersion(program: Command, surroundings: Surroundings): Promise<void> {
  const { json } = optionsOf(program);
  // First, so that it is shown even if the rest fails: a ticket must name it.
  if (!json) uiFor(optionsOf(program), surroundings).out(VERSION);
  await applyContext(program, program, surroundings);
  const options = optionsOf(program);
  const ui = uiFor(options, surroundings);
  const { endpoint } = options;
  const version = endpoint === undefined ? undefined : await requestVersion(options, surroundings);
  if (json) ui.out(JSON.stringify({ version: VERSION, endpoint, function_version: version }));
  else if (version !== undefined) ui.out(`function ${version} at ${endpoint}`);
}

async function requestVersion(
  options: GlobalOptions,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const late = AbortSignal.timeout(ENDPOINT_VERSION_TIMEOUT);
  const signal = AbortSignal.any([surroundings.signal, late]);
  // The search for AWS credentials takes no signal.
  const given = new Promise<undefined>((resolve) => {
    late.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const request = async () =>
    (await clientFor(options, surroundings).describeEndpoint(signal)).software_version;
  return await Promise.race([request(), given]).catch((error: unknown) => {
    if (error instanceof TokenVendingError || signal.aborted) return undefined;
    throw error;
  });
}
