import { type Command, Option } from 'commander';
import {
  CREDENTIAL_ARGUMENT,
  clientFor,
  credentialFor,
  type GlobalOptions,
  optionsOf,
  type Surroundings,
  uiFor,
} from '../global-options.ts';
import { type ChildEnd, endAs, runChild } from '../run-child.ts';
import { addServingFlags, openServing, type ServingFlags } from '../serve/serving.ts';
import { addTokenFlags, toTokenOptions } from '../token-options.ts';

interface Flags extends ServingFlags {
  readonly env: string;
  readonly serve?: boolean;
}

type Environment = Surroundings['environment'];

/** Runs the command in an environment until it ends. */
type Run = (environment: Environment) => Promise<ChildEnd>;

const EXAMPLES = `
Examples:
  token-vending exec checkout/orders-api -- terraform apply
  token-vending exec checkout/orders-api --env TF_VAR_access_token --min-ttl 30m -- terraform plan
  token-vending exec --serve checkout/orders-api -- ./nightly-export
  token-vending exec --serve checkout/orders-api --env-prefix TF_VAR_ -- terraform apply

The command gets the token in one environment variable. The rest of the environment, standard input, standard output and
signals are unchanged. token-vending exits with the exit code of the command. The token does not change while the command
runs, so set --min-ttl to the longest time that the command can take.

For commands that run longer than any token lives, use --serve. The command then gets a token endpoint on 127.0.0.1
instead of a token, in OAUTH_TOKEN_URL, OAUTH_ISSUER, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET. Any OAuth2 client can get
tokens there by client credentials, as often as it needs. The client secret is new in each run and becomes invalid when
the command ends. --scope, --audience and --resource are the defaults of requests. With several credentials, each
credential is a client id with the same secret, and OAUTH_CLIENT_ID is not set.`;

export function registerExec(program: Command, surroundings: Surroundings): void {
  const exec = program.command('exec').argument('[credential...]', CREDENTIAL_ARGUMENT);
  addServingFlags(addTokenFlags(exec))
    .usage('[options] [credential] -- <command> [arguments...]')
    .description('run a command with an access token, or a token endpoint, in its environment')
    .addOption(
      new Option('--env <name>', 'environment variable for the token')
        .default('ACCESS_TOKEN')
        .conflicts('serve'),
    )
    .option(
      '--serve',
      'give the command a token endpoint and a client for this run instead of a token',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (given: string[], flags: Flags, command: Command) => {
      const [file, ...args] = surroundings.childCommand;
      if (file === undefined) command.error('error: missing the command to run, after --');
      const options = optionsOf<Flags>(command);
      const credentials = given.length > 0 ? given : [credentialFor(undefined, options)];
      const run: Run = (environment) => runChild(file, args, environment);
      if (!flags.serve) refuseServingFlags(credentials, flags, command);
      const end = flags.serve
        ? await runServed(credentials, options, surroundings, run)
        : await runWithToken(credentials[0] as string, options, surroundings, run);
      endAs(end);
    });
}

function refuseServingFlags(
  credentials: readonly string[],
  { port, envPrefix }: Flags,
  command: Command,
): void {
  if (credentials.length > 1) command.error('error: several credentials need --serve');
  if (port !== undefined || envPrefix !== undefined)
    command.error('error: --port and --env-prefix need --serve');
}

async function runWithToken(
  credential: string,
  options: Flags & GlobalOptions,
  surroundings: Surroundings,
  run: Run,
): Promise<ChildEnd> {
  const ui = uiFor(options, surroundings);
  const request = clientFor(options, surroundings).getToken(
    toTokenOptions(credential, options, surroundings.signal),
  );
  const { access_token } = await ui.progress(`requesting a token of ${credential}`, request);
  return await run({ ...surroundings.environment, [options.env]: access_token });
}

async function runServed(
  credentials: readonly string[],
  options: Flags & GlobalOptions,
  surroundings: Surroundings,
  run: Run,
): Promise<ChildEnd> {
  const ui = uiFor(options, surroundings);
  const serving = await openServing(credentials, options, { options, surroundings, ui });
  try {
    surroundings.signal.throwIfAborted();
    return await run({ ...surroundings.environment, ...serving.variables });
  } finally {
    await serving.close();
  }
}
