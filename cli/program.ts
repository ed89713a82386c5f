import { Command, CommanderError } from 'commander';
import { TokenVendingError } from '../client/token-vending-error.ts';
import { escapeControls } from '../lib/errors/escape-controls.ts';
import { withoutBody } from '../lib/errors/without-body.ts';
import { CommandError } from './command-error.ts';
import { registerAudit } from './commands/audit.ts';
import { registerCanI } from './commands/can-i.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerContext } from './commands/context.ts';
import { registerCredentials } from './commands/credentials.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerExec } from './commands/exec.ts';
import { registerInit } from './commands/init.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerRevoke } from './commands/revoke.ts';
import { registerServe } from './commands/serve.ts';
import { registerToken } from './commands/token.ts';
import { registerWhoami } from './commands/whoami.ts';
import { applyContext } from './context/apply-context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { addGlobalFlags, type Surroundings } from './global-options.ts';
import { requestsVersion, showVersion } from './show-version.ts';
import { showCommandError, showError } from './ui.ts';

const EXIT_CODES = Object.entries(exitCodes)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n');

const HELP = `
Examples:
  token-vending whoami
  token-vending credentials
  token-vending can-i checkout/orders-api --scope orders:write
  token-vending token checkout/orders-api --min-ttl 15m
  token-vending exec checkout/orders-api -- terraform apply
  token-vending doctor checkout/orders-api
  token-vending exec --serve checkout/orders-api -- ./nightly-export

Environment:
  TOKEN_VENDING_ENDPOINT, TOKEN_VENDING_REGION, TOKEN_VENDING_SIGNING_SERVICE, TOKEN_VENDING_PROFILE,
  TOKEN_VENDING_CREDENTIAL, TOKEN_VENDING_CONTEXT, HTTPS_PROXY, NO_PROXY,
  and the variables of the AWS SDK. Flags override the environment. The environment overrides the current context.

Exit codes:
${EXIT_CODES}
  20+  doctor: the first failed check, see doctor --help`;

/**
 * Builds the command line.
 *
 * @param json whether errors of the command line itself are JSON
 */
export function buildProgram(surroundings: Surroundings, json = false): Command {
  const { stdout, stderr } = surroundings;
  const line = (text: string) => void stderr.write(`${text}\n`);
  const program = addGlobalFlags(new Command('token-vending'))
    .description(
      'get OAuth2 access tokens with an AWS identity; client secrets stay in Secrets Manager',
    )
    .option(
      '-V, --version',
      'print the versions of this command and of the function at the endpoint',
    )
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text) =>
        showCommandError(line, new CommandError(2, text.replace(/^error: /, '').trimEnd()), json),
    })
    .showHelpAfterError(json ? false : 'Try --help.')
    .exitOverride()
    // An option after the name of a command is that command's: credentials put has a --profile of
    // its own.
    .enablePositionalOptions()
    .hook('preAction', (root, command) => applyContext(root, command, surroundings))
    .addHelpText('after', HELP);
  for (const register of commands) register(program, surroundings);
  settle(program);
  return program;
}

const commands = [
  registerToken,
  registerExec,
  registerServe,
  registerCanI,
  registerWhoami,
  registerRevoke,
  registerCredentials,
  registerDoctor,
  registerPolicy,
  registerAudit,
  registerContext,
  registerInit,
  registerCompletion,
];

// Sub-commands inherit neither the exit override nor the output.
function settle(parent: Command): void {
  for (const command of parent.commands) {
    addGlobalFlags(command.copyInheritedSettings(parent));
    settle(command);
  }
}

interface World extends Omit<Surroundings, 'childCommand'> {
  /** Rejects if nothing is left that can end the command. */
  readonly stalled?: Promise<never>;
}

/**
 * Runs one command line.
 *
 * @param argv without node and script
 * @returns the exit code; `undefined` if the end of a child has already set it
 */
export async function runProgram(
  argv: readonly string[],
  { stalled, ...world }: World,
): Promise<number | undefined> {
  const separator = argv.indexOf('--');
  const own = separator < 0 ? argv : argv.slice(0, separator);
  const surroundings = { ...world, childCommand: argv.slice(own.length + 1) };
  const json = own.includes('--json');
  try {
    const program = buildProgram(surroundings, json);
    const work = requestsVersion(program, own)
      ? showVersion(program, surroundings)
      : program.parseAsync([...own], { from: 'user' });
    await (stalled === undefined ? work : Promise.race([work, stalled]));
    return undefined;
  } catch (error) {
    return explain(error, surroundings, json);
  }
}

function explain(error: unknown, { stderr, signal }: Surroundings, json: boolean): number {
  const write = (line: string) => void stderr.write(`${line}\n`);
  if (signal.aborted) {
    // After an interrupt, only work that was not done is reported.
    if (error instanceof CommandError && error.exitCode === 130 && error.message !== '')
      showCommandError(write, error, json);
    return 130;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandError) {
    if (error.message !== '') showCommandError(write, error, json);
    return error.exitCode;
  }
  if (error instanceof TokenVendingError) {
    showError(write, error, json);
    return exitCodeOf(error);
  }
  if (isFileError(error)) {
    const message = `${error.path} cannot be used (${error.code}): choose a path that exists and that you may use.`;
    showCommandError(write, new CommandError(2, message), json);
    return 2;
  }
  // The message of an error of a library may quote a token or text from outside.
  write(escapeControls(`token-vending: unexpected ${withoutBody(error).stack}`));
  return 1;
}

/** An error of reading or writing a file that the user named. It is not a bug. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}
