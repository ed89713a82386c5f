import type { Command } from 'commander';
import {
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
} from '../credentials/operator.ts';
import { type Proof, proveDocument } from '../credentials/prove-document.ts';
import { checkDocument, readStored } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials test checkout/orders-api

Obtains one token with the stored document, with the same checks as the function. Revokes it if the server supports
revocation. The token is not shown.`;

export function registerCredentialsTest(group: Command, surroundings: Surroundings): void {
  group
    .command('test')
    .argument('<credential>', 'team/name')
    .description('obtain one token with the stored document, and discard it')
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: OperatorFlags, command: Command) => {
      const options = optionsOf<OperatorFlags>(command);
      const ui = uiFor(options, surroundings);
      const proving = operate(credential, options, surroundings, async (operator) => {
        const text = JSON.stringify((await readStored(operator)).document);
        checkDocument(text, operator.reading);
        return await proveDocument(text, operator);
      });
      const proof = await ui.progress(`obtaining a token for ${credential}`, proving);
      if (options.json) return ui.out(JSON.stringify({ credential, ...toJson(proof) }));
      ui.out(`${credential} works`);
      for (const line of describeProof(proof)) ui.out(`  ${line}`);
    });
}

export function describeProof(proof: Proof): string[] {
  return [
    `issuer    ${proof.issuer}`,
    `endpoint  ${proof.tokenEndpoint} (${proof.authMethod})`,
    `lifetime  ${proof.lifetime} s`,
    `scope     ${proof.scope || '-'}`,
    `token     ${proof.revoked ? 'revoked' : 'discarded; the server does not support revocation, so the token is valid until it expires'}`,
  ];
}

export function toJson({ issuer, tokenEndpoint, authMethod, lifetime, scope, revoked }: Proof) {
  return {
    issuer,
    token_endpoint: tokenEndpoint,
    token_endpoint_auth_method: authMethod,
    lifetime,
    scope,
    revoked,
  };
}
