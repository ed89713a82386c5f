import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SigningService } from '../client/endpoint.ts';
import { TokenClient } from '../client/token-client.ts';
import { CommandError } from './command-error.ts';
import { openUi, type Ui } from './ui.ts';

/**
 * Options that every command takes. Flags override the environment, which overrides the context
 * (cli/context/apply-context.ts).
 */
export interface GlobalOptions {
  readonly endpoint?: string;
  readonly region?: string;
  readonly signingService?: string;
  readonly profile?: string;
  readonly context?: string;
  /** `team/name`, if the command line names no credential (TOKEN_VENDING_CREDENTIAL, context). */
  readonly defaultCredential?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly json?: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
}

/** The process environment that a command uses. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** The words after `--`: another command with its own options. */
  readonly childCommand: readonly string[];
  /** Aborts if the user interrupts. */
  readonly signal: AbortSignal;
}

export function uiFor(
  { color, quiet = false }: GlobalOptions,
  { environment, stdout, stderr }: Surroundings,
): Ui {
  return openUi({ stdout, stderr, quiet, color: color && !environment['NO_COLOR'] });
}

/** The endpoint, and the AWS identity that calls it. */
export interface Connection {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly signingService: SigningService | undefined;
  readonly profile: string | undefined;
  /** Milliseconds for one attempt. */
  readonly timeout?: number;
}

export function connectionFor(options: GlobalOptions, { environment }: Surroundings): Connection {
  return {
    endpoint: options.endpoint,
    region: options.region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'],
    // The client checks it.
    signingService: options.signingService as SigningService | undefined,
    profile: options.profile,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout * 1000 }),
  };
}

/**
 * @throws TokenVendingError `endpoint_invalid`, `region_unknown`
 */
export function clientFor(options: GlobalOptions, surroundings: Surroundings): TokenClient {
  return new TokenClient(connectionFor(options, surroundings));
}

/**
 * The credential of a command: that of the command line, else that of the environment or the
 * context.
 *
 * @throws CommandError (exit 2) if none of them names one
 */
export function credentialFor(
  given: string | undefined,
  { defaultCredential }: GlobalOptions,
): string {
  const credential = given ?? defaultCredential;
  if (credential !== undefined) return credential;
  throw new CommandError(
    2,
    'The credential is missing: name it (team/name), or set TOKEN_VENDING_CREDENTIAL or the credential of the context.',
  );
}

/** Help text of the argument that {@link credentialFor} reads. */
export const CREDENTIAL_ARGUMENT =
  'team/name (default: TOKEN_VENDING_CREDENTIAL, or the credential of the context)';

/** Adds the options that may stand before or after the name of a command. */
export function addGlobalFlags(command: Command): Command {
  const own = new Set(command.options.map(({ long }) => long));
  for (const option of globalFlags()) if (!own.has(option.long)) command.addOption(option);
  return command;
}

function globalFlags(): Option[] {
  return [
    new Option('--endpoint <url>', 'URL of the endpoint (TOKEN_VENDING_ENDPOINT)'),
    new Option(
      '--region <region>',
      'AWS region, if the host name does not contain it (TOKEN_VENDING_REGION)',
    ),
    new Option(
      '--signing-service <service>',
      'lambda or execute-api, if the host name does not show it (TOKEN_VENDING_SIGNING_SERVICE)',
    ),
    new Option('--profile <name>', 'AWS profile to sign with (TOKEN_VENDING_PROFILE)'),
    new Option(
      '--context <name>',
      'context to use, see the command context (TOKEN_VENDING_CONTEXT)',
    ),
    new Option(
      '--timeout <seconds>',
      'time limit of one attempt (default: 15; 29 for the registry)',
    ).argParser(parseSeconds),
    new Option('--json', 'print results and errors as JSON'),
    new Option('--quiet', 'print only errors on standard error'),
    new Option('--no-color', 'use no colour, also on a terminal (NO_COLOR)'),
  ];
}

/**
 * The options of a command and of the commands above it. The option nearest to the command wins;
 * any option overrides a default.
 */
export function optionsOf<Flags extends object>(command: Command): GlobalOptions & Flags {
  const chain: Command[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) chain.unshift(at);
  const given = (at: Command) =>
    Object.entries(at.opts()).filter(([name]) => at.getOptionValueSource(name) !== 'default');
  const defaults = chain.flatMap((at) => Object.entries(at.opts()));
  return Object.fromEntries([...defaults, ...chain.flatMap(given)]) as GlobalOptions & Flags;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 900))
    throw new InvalidArgumentError('It must be a number of seconds up to 900.');
  return seconds;
}
