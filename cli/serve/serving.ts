import { type Command, InvalidArgumentError, Option } from 'commander';
import type { VendedToken } from '../../lib/http/wire.ts';
import { clientFor, type GlobalOptions, type Surroundings } from '../global-options.ts';
import type { TokenFlags } from '../token-options.ts';
import { showError, type Ui } from '../ui.ts';
import type { EndpointError } from './error-response.ts';
import { clientVariables, makeOneTimeClient } from './one-time-client.ts';
import { openTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts';

/** The flags of `serve` and `exec --serve` besides those of a token request. */
export interface ServingFlags extends TokenFlags {
  readonly port?: number;
  readonly envPrefix?: string;
}

/** A token endpoint for one run, with the variables that a program needs to use it. */
export interface Serving extends TokenEndpoint {
  readonly credentials: readonly string[];
  /** Environment variables by name, the client secret among them. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly secretVariable: string;
}

const DEFAULT_PREFIX = 'OAUTH_';

export function addServingFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--port <number>',
        'port of the token endpoint on 127.0.0.1 (default: a free one)',
      ).argParser(parsePort),
    )
    .addOption(
      new Option(
        '--env-prefix <prefix>',
        'prefix of the names TOKEN_URL, ISSUER, CLIENT_ID and CLIENT_SECRET (default: OAUTH_)',
      ).argParser(parsePrefix),
    );
}

/**
 * Requests one token of each credential, so that an error comes before anything starts. Then opens the token endpoint.
 *
 * @throws TokenVendingError any code
 * @throws CommandError 2 if the port cannot be used
 */
export async function openServing(
  given: readonly string[],
  flags: ServingFlags,
  { options, surroundings, ui }: { options: GlobalOptions; surroundings: Surroundings; ui: Ui },
  vended: (token: VendedToken) => void = () => undefined,
): Promise<Serving> {
  const credentials = [...new Set(given)];
  const { scope, audience, resource, minTtl } = flags;
  const defaults = { scope, audience, resource, minTtl };
  const tokens = clientFor(options, surroundings);
  for (const credential of credentials) {
    const request = tokens.getToken({ ...defaults, credential, signal: surroundings.signal });
    await ui.progress(`requesting a token of ${credential}`, request);
  }
  const client = makeOneTimeClient(credentials);
  const { stderr } = surroundings;
  const write = (line: string) => void stderr.write(`${line}\n`);
  const endpoint = await openTokenEndpoint({
    port: flags.port ?? 0,
    client,
    defaults,
    // Not the signal of the run: an interrupted command may need tokens to end in order.
    getToken: (request) => tokens.getToken(request),
    report: {
      vended,
      refused: (error: EndpointError) => showError(write, error, options.json ?? false),
    },
  });
  const prefix = flags.envPrefix ?? DEFAULT_PREFIX;
  return {
    ...endpoint,
    credentials,
    variables: clientVariables(prefix, endpoint.issuer, client),
    secretVariable: `${prefix}CLIENT_SECRET`,
  };
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (!(port >= 1024 && port < 65_536))
    throw new InvalidArgumentError('It must be a port from 1024 to 65535.');
  return port;
}

function parsePrefix(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(text))
    throw new InvalidArgumentError('It must be letters, digits and _, not beginning with a digit.');
  return text;
}
