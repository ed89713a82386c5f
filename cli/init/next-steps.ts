import path from 'node:path';
import type { Answers } from './answers.ts';

export interface NextStep {
  readonly command: string;
  /** Notes, one line each. */
  readonly notes: readonly string[];
}

/**
 * The steps from the files of a first team to its first token.
 *
 * @param policiesOnly true for the local system, which needs no deployment
 */
export function nextSteps(
  { team, credential, ciRole, issuer }: Partial<Answers>,
  directory: string,
  policiesOnly: boolean,
): NextStep[] {
  const name = `${team}/${credential}`;
  const step = (command: string, ...notes: string[]): NextStep => ({ command, notes });
  const check = step(
    `token-vending policy check ${path.join(directory, 'policies')} --credential ${name}`,
  );
  const put = `credentials put ${name}`;
  const use = [
    step(`token-vending can-i ${name}`, `as ${ciRole}`),
    step(`token-vending token ${name}`),
  ];
  if (policiesOnly)
    return [
      check,
      step(
        `npm run --silent local:client | token-vending --profile operator ${put}`,
        'registers a client at the local system, and stores it',
      ),
      ...use,
    ];
  const document = { issuer, client_id: '...', client_secret: '...' };
  return [
    check,
    step(
      'npm run build && npx cdk deploy',
      'see docs/deploy.md; then set TOKEN_VENDING_ENDPOINT to the URL of the outputs',
    ),
    step(
      `token-vending ${put} --file document.json`,
      JSON.stringify(document),
      'docs/api.md describes every key',
    ),
    ...use,
    step('terraform init && terraform apply'),
  ];
}
