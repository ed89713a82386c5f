import { DURATION_RULE, findSeconds } from '../client/duration.ts';
import type { SigningService } from '../client/endpoint.ts';
import { TokenClient } from '../client/token-client.ts';
import type { Runner } from './runner.ts';
import { findVariableRule } from './variable-name.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The step: obtains a token, masks it, and passes it to the next steps.
 *
 * @throws TokenVendingError any code; Error naming an invalid input
 */
export async function vend(runner: Runner, environment: Environment): Promise<void> {
  const credential = runner.input('credential');
  if (credential === '') throw new Error('Input credential is missing: give team/name.');
  const variable = runner.input('export-as') || 'ACCESS_TOKEN';
  const rule = findVariableRule(variable);
  if (rule !== undefined) throw new Error(`Input export-as ${rule}.`);
  const token = await clientFor(runner, environment).getToken({
    credential,
    scope: wordsOf(runner.input('scope')),
    audience: wordsOf(runner.input('audience')),
    resource: wordsOf(runner.input('resource')),
    minTtl: secondsOf(runner.input('min-ttl')),
  });
  runner.mask(token.access_token);
  runner.setVariable(variable, token.access_token);
  runner.setOutput('expires-at', new Date(token.expires_at * 1000).toISOString());
  runner.setOutput('scope', token.scope);
  runner.setOutput('vend-id', token.vend_id);
  if (runner.input('revoke') !== 'true') return;
  // A later step can vend another token into the same variable. The state of a step must not
  // contain the token, because debug logs of the runner show it.
  const own = `TOKEN_VENDING_REVOKE_${token.vend_id.replace(/\W/g, '_')}`;
  runner.setVariable(own, token.access_token);
  runner.saveState('credential', credential);
  runner.saveState('variable', own);
}

/** The step at the end of the job: revokes its own token if the workflow requests that. */
export async function cleanUp(runner: Runner, environment: Environment): Promise<void> {
  const token = environment[runner.state('variable')] ?? '';
  if (token === '') return;
  await clientFor(runner, environment).revoke(runner.state('credential'), token);
}

function clientFor(runner: Runner, environment: Environment): TokenClient {
  return new TokenClient({
    endpoint: runner.input('endpoint') || environment['TOKEN_VENDING_ENDPOINT'],
    region:
      runner.input('region') || environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'],
    // The client checks it.
    signingService: (runner.input('signing-service') ||
      environment['TOKEN_VENDING_SIGNING_SERVICE'] ||
      undefined) as SigningService | undefined,
  });
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function secondsOf(text: string): number | undefined {
  if (text === '') return undefined;
  const seconds = findSeconds(text);
  if (seconds === undefined) throw new Error(`Input min-ttl ${DURATION_RULE}.`);
  return seconds;
}
