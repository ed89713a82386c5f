// `npm run --silent local:client`: registers an OAuth2 client at the local authorization server (RFC 7591), as its
// administrator would, and prints the credential document to pipe into `token-vending credentials put`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const HELP = `Registers a client at the local authorization server and prints its credential document.

  npm run --silent local:client -- [--scope "a b"] [--audience URL] [--state DIR]

The document holds the client secret: pipe it, do not look at it.

  npm run --silent local:client -- --scope tickets:read | npx --no-install token-vending credentials put support/tickets-api
`;

interface Registration {
  readonly issuer: string;
  readonly initialAccessToken: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scope: { type: 'string' },
      audience: { type: 'string' },
      state: { type: 'string', default: '.local' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { scope, audience } = values;
  const { issuer, initialAccessToken } = await readRegistration(values.state);
  const method = 'client_secret_basic';
  const response = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { authorization: `Bearer ${initialAccessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: method,
      scope,
    }),
  });
  const registered = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`the server refused: ${registered['error_description']}`);
  const { client_id, client_secret } = registered;
  const document = {
    issuer,
    client_id,
    client_secret,
    token_endpoint_auth_method: method,
    scope,
    audience,
  };
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

async function readRegistration(state: string): Promise<Registration> {
  try {
    return JSON.parse(await readFile(path.join(state, 'registration.json'), 'utf8'));
  } catch {
    throw new Error(`${state} holds no registration.json: run npm start in another terminal first`);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`local:client: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
