import { findAwsCredentials, proxied, toSdkIdentity } from '../../client/aws-credentials.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { DocumentOptions } from '../../lib/credential/document.ts';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential/id.ts';
import { OperatorSecrets } from '../../lib/credential/operator-secrets.ts';
import { SecretsError, WriteUnconfirmed } from '../../lib/credential/secret-errors.ts';
import type { SecretsManagerOptions } from '../../lib/credential/secrets-manager.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { CommandError } from '../command-error.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { connectionFor, type GlobalOptions, type Surroundings } from '../global-options.ts';

/** Options of every command that works on Secrets Manager. */
export interface OperatorFlags {
  /** Prefix of the names of secrets. */
  readonly prefix?: string;
  /** Directory of server profiles besides the shipped ones. */
  readonly profiles?: string;
}

type SdkOptions = Pick<SecretsManagerOptions, 'region' | 'credentials'> &
  ReturnType<typeof proxied>;

export interface Operator {
  readonly secrets: OperatorSecrets;
  /** Name of the secret. */
  readonly name: string;
  /** In the local system, authorization servers on loopback may speak http. */
  readonly reading: DocumentOptions;
  /** Options of a client of the AWS SDK with the identity of the user. */
  readonly aws: SdkOptions;
  /** Aborts at the first interrupt. */
  readonly signal: AbortSignal;
}

export const PREFIX_FLAG = [
  '--prefix <prefix>',
  'prefix of the secrets (TOKEN_VENDING_SECRET_PREFIX; default: token-vending/)',
] as const;

export const PROFILES_FLAG = [
  '--profiles <directory>',
  'server profiles of your deployment (TOKEN_VENDING_PROFILES)',
] as const;

/**
 * Runs `work` on the secret of a credential, with the AWS permissions of the user.
 *
 * @throws CommandError 2 if `credential` is not a credential id, 9 if a server profile is invalid, 4 if AWS refuses, 6 if it fails or
 *   cannot be reached; 130 if it refused a write that was sent before an interrupt, or did not
 *   respond to it
 */
export async function operate<T>(
  credential: string,
  options: GlobalOptions & OperatorFlags,
  surroundings: Surroundings,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const { environment, signal } = surroundings;
  if (findCredentialId(credential) === undefined)
    throw new CommandError(2, `${credential} is not a credential: it ${CREDENTIAL_ID_RULE}.`);
  const reading = await readingOf(options, surroundings);
  const prefix = options.prefix ?? environment['TOKEN_VENDING_SECRET_PREFIX'] ?? 'token-vending/';
  const { region, profile } = connectionFor(options, surroundings);
  const sign = findAwsCredentials(profile);
  const credentials = async () => toSdkIdentity(await sign());
  const aws = { credentials, ...proxied(), ...(region === undefined ? {} : { region }) };
  const secrets = await OperatorSecrets.open(aws, signal, systemClock);
  try {
    return await work({ secrets, name: `${prefix}${credential}`, reading, aws, signal });
  } catch (error) {
    throw describeError(error, credential, signal);
  } finally {
    secrets.close();
  }
}

/**
 * What the documents of an operator are read with. Only commands that read one load the profiles.
 *
 * @throws CommandError 9 if a server profile is invalid
 */
export async function readingOf(
  { profiles }: OperatorFlags,
  { environment }: Surroundings,
): Promise<DocumentOptions> {
  const { findProfiles } = await import('./server-profiles.ts');
  const urls = { allowLoopbackHttp: environment['TOKEN_VENDING_LOCAL'] === 'true' };
  const directory = profiles ?? (environment['TOKEN_VENDING_PROFILES'] || undefined);
  return { ...urls, profiles: findProfiles(directory, urls) };
}

const BY_RIGHTS = /AccessDenied|ExpiredToken|UnrecognizedClient|InvalidSignature/;

function describeError(error: unknown, credential: string, signal: AbortSignal): unknown {
  if (error instanceof WriteUnconfirmed) {
    const { exitCode, message } = explainError(error);
    const text = `${message}\n  The change may have been carried out: token-vending credentials show ${credential} shows the current version.`;
    return signal.aborted
      ? new CommandError(130, `interrupted. ${text}`)
      : new CommandError(exitCode, text);
  }
  if (error instanceof SecretsError && signal.aborted)
    return new CommandError(130, `interrupted. ${toCommandError(error).message}`);
  // It has its own code, which --json shows.
  if (error instanceof TokenVendingError) return error;
  return error instanceof SecretsError || isOfSdk(error) ? explainError(error) : error;
}

/** The CommandError, with its exit code, of any error of an operation on Secrets Manager. */
export function explainError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof SecretsError) return toCommandError(error);
  if (error instanceof TokenVendingError)
    return new CommandError(
      exitCodeOf(error),
      `${error.message} (${error.code})\n  ${error.advice}`,
    );
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WriteUnconfirmed)
    return error.response === undefined
      ? new CommandError(130, message)
      : toCommandError(error.response);
  return isOfSdk(error)
    ? new CommandError(6, `Secrets Manager cannot be reached: ${message}`)
    : new CommandError(1, message);
}

function toCommandError({ exception, message, advice }: SecretsError): CommandError {
  return new CommandError(
    BY_RIGHTS.test(exception) ? 4 : 6,
    `Secrets Manager: ${message} (${exception})\n  ${advice}`,
  );
}

// Every error of the SDK has `$metadata`, with its count of attempts.
function isOfSdk(error: unknown): boolean {
  return error instanceof Error && '$metadata' in error;
}
