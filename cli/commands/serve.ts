import { once } from 'node:events';
import type { Command } from 'commander';
import type { VendedToken } from '../../lib/http/wire.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { type EnvFile, formatVariables, openEnvFile } from '../serve/env-file.ts';
import { addServingFlags, openServing, type Serving, type ServingFlags } from '../serve/serving.ts';
import { addTokenFlags } from '../token-options.ts';
import type { Ui } from '../ui.ts';

interface Flags extends ServingFlags {
  readonly writeEnv?: string;
  readonly printSecret?: boolean;
}

const EXAMPLES = `
Examples:
  token-vending serve checkout/orders-api --write-env oauth.env
  token-vending serve checkout/orders-api checkout/reports-api --write-env oauth.env --port 8400

In another terminal (bash). No command line contains the secret:
  . ./oauth.env
  curl -K - -d grant_type=client_credentials "$OAUTH_TOKEN_URL" <<< "user = $OAUTH_CLIENT_ID:$OAUTH_CLIENT_SECRET"

Runs an OAuth2 token endpoint on 127.0.0.1 until it is interrupted. Any program that supports client credentials with a
token URL, a client id and a client secret can get vended tokens, as often as it needs. The client id is the credential.
The client secret is new in each run and becomes invalid when the run ends. It is written to the file (mode 0600, removed
at the end), and printed only with --print-secret. --scope, --audience and --resource are the defaults of requests.

For one command alone: token-vending exec --serve checkout/orders-api -- command`;

export function registerServe(program: Command, surroundings: Surroundings): void {
  addServingFlags(addTokenFlags(program.command('serve').argument('<credential...>', 'team/name')))
    .description(
      'run a token endpoint for programs that use a token URL, a client id and a client secret',
    )
    // Not --env-file: Node interprets that option itself, even after the name of a script
    // (nodejs/node#54232).
    .option('--write-env <file>', 'write NAME=value lines with the client secret to this file')
    .option('--print-secret', 'also print the client secret')
    .addHelpText('after', EXAMPLES)
    .action(async (credentials: string[], flags: Flags, command: Command) => {
      if (flags.writeEnv === undefined && !flags.printSecret)
        command.error('error: give --write-env for the client secret, or --print-secret');
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const file = flags.writeEnv === undefined ? undefined : await openEnvFile(flags.writeEnv);
      const show = (token: VendedToken) => showVend(ui, token, options.json ?? false);
      const serving = await openServing(credentials, flags, { options, surroundings, ui }, show);
      try {
        await announce(serving, { file, ui, flags: options });
        if (!surroundings.signal.aborted) await once(surroundings.signal, 'abort');
      } finally {
        await serving.close();
        await file?.remove();
      }
    });
}

async function announce(
  serving: Serving,
  { file, ui, flags }: { file: EnvFile | undefined; ui: Ui; flags: Flags & { json?: boolean } },
): Promise<void> {
  const { issuer, credentials, variables, secretVariable } = serving;
  await file?.write(variables);
  const shown = flags.printSecret ? variables : { ...variables, [secretVariable]: undefined };
  if (flags.json) {
    ui.out(
      JSON.stringify({
        token_url: `${issuer}/oauth2/token`,
        issuer,
        client_ids: credentials,
        client_secret: shown[secretVariable],
        env_file: flags.writeEnv,
      }),
    );
  } else for (const line of formatVariables(shown).trimEnd().split('\n')) ui.out(line);
  ui.err(ui.dim(`serving ${credentials.join(', ')} until interrupted (Ctrl-C)`));
}

function showVend(ui: Ui, token: VendedToken, json: boolean): void {
  const { access_token: _, ...shown } = token;
  const { credential, expires_in, scope, source, vend_id } = shown;
  ui.err(
    json
      ? JSON.stringify({ vended: shown })
      : ui.dim(
          `${credential}: lives ${expires_in} s, scope "${scope}", ${source}, vend ${vend_id}`,
        ),
  );
}
