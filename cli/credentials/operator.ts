import { findAwsCredentials, toSdkIdentity } from '../../client/aws-credentials.ts';
import {
  OperatorSecrets,
  SecretsRefused,
  WriteUnconfirmed,
} from '../../lib/adapters/operator-secrets.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential-id.ts';
import { CommandFailed } from '../command-failed.ts';
import { connectionFor, type GlobalOptions, type Surroundings } from '../global-options.ts';

/** Options of every command that works on Secrets Manager. */
export interface OperatorFlags {
  /** Prefix of the names of secrets. */
  readonly prefix?: string;
}

export interface Operator {
  readonly secrets: OperatorSecrets;
  /** Name of the secret. */
  readonly name: string;
  /** The local system: authorization servers on loopback may speak http. */
  readonly local: boolean;
  /** Aborts at the first interrupt. */
  readonly signal: AbortSignal;
}

export const PREFIX_FLAG = [
  '--prefix <prefix>',
  'of the secrets (TOKEN_VENDING_SECRET_PREFIX; default: token-vending/)',
] as const;

/**
 * Runs `work` on the secret of a credential, with the AWS rights of whoever runs the command.
 *
 * @throws CommandFailed 2 where `credential` is none, 4 where AWS refuses, 6 where it fails, 130 where it did not respond to a write before an interrupt
 */
export async function operate<T>(
  credential: string,
  options: GlobalOptions & OperatorFlags,
  surroundings: Surroundings,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const { environment, signal } = surroundings;
  if (findCredentialId(credential) === undefined)
    throw new CommandFailed(2, `${credential} is not a credential: it ${CREDENTIAL_ID_RULE}.`);
  const prefix = options.prefix ?? environment['TOKEN_VENDING_SECRET_PREFIX'] ?? 'token-vending/';
  const { region, profile } = connectionFor(options, surroundings);
  const sign = findAwsCredentials(profile);
  const credentials = async () => toSdkIdentity(await sign());
  const config = { credentials, ...(region === undefined ? {} : { region }) };
  const secrets = await OperatorSecrets.open(config, signal, systemClock);
  try {
    const local = environment['TOKEN_VENDING_LOCAL'] === 'true';
    return await work({ secrets, name: `${prefix}${credential}`, local, signal });
  } catch (error) {
    if (error instanceof SecretsRefused) throw refused(error);
    throw error instanceof WriteUnconfirmed ? unconfirmed(error, credential) : error;
  } finally {
    secrets.close();
  }
}

const BY_RIGHTS = /AccessDenied|ExpiredToken|UnrecognizedClient|InvalidSignature/;

function refused({ exception, message, advice }: SecretsRefused): CommandFailed {
  return new CommandFailed(
    BY_RIGHTS.test(exception) ? 4 : 6,
    `Secrets Manager: ${message} (${exception})\n  ${advice}`,
  );
}

function unconfirmed({ message }: WriteUnconfirmed, credential: string): CommandFailed {
  return new CommandFailed(
    130,
    `interrupted. ${message}\n  The change may have been carried out: token-vending credentials show ${credential} shows the current version.`,
  );
}
