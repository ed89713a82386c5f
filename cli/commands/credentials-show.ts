import type { Command } from 'commander';
import { printable } from '../../lib/errors/printable.ts';
import { describeCertificate } from '../credentials/describe-certificate.ts';
import {
  type Operator,
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
} from '../credentials/operator.ts';
import {
  type RawDocument,
  readStored,
  type StoredDocument,
  withoutSecrets,
} from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials show checkout/orders-api
  token-vending credentials show checkout/orders-api --json | jq .document.scope

For secrets it shows only whether they are set, and of a certificate its subject, issuer and end. Keys that the document
does not have and its server profile sets are marked; in --json they are profile_defaults.`;

export function registerCredentialsShow(group: Command, surroundings: Surroundings): void {
  group
    .command('show')
    .argument('<credential>', 'team/name')
    .description('show the document of a credential in Secrets Manager, without its secrets')
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: OperatorFlags, command: Command) => {
      const options = optionsOf<OperatorFlags>(command);
      const ui = uiFor(options, surroundings);
      const reading = operate(credential, options, surroundings, readShown);
      const { stored, defaults } = await ui.progress(`reading ${credential}`, reading);
      const { arn, versionId } = stored;
      const document = withoutSecrets(stored.document);
      if (options.json)
        return ui.out(
          JSON.stringify({
            credential,
            arn,
            version: versionId,
            document,
            profile_defaults: defaults,
          }),
        );
      ui.out(`${credential}  ${arn}`);
      ui.out(`version  ${versionId}`);
      const note = `(default of profile ${document['profile']})`;
      const lines = [
        ...Object.entries(document).map(([key, value]) => [key, describe(key, value)] as const),
        ...Object.entries(defaults).map(
          ([key, value]) => [key, `${format(value)}  ${note}`] as const,
        ),
      ];
      const width = Math.max(...lines.map(([key]) => key.length));
      for (const [key, text] of lines) ui.out(printable(`  ${key.padEnd(width)}  ${text}`));
    });
}

interface Shown {
  readonly stored: StoredDocument;
  /** Members that the profile sets and the document does not have. */
  readonly defaults: RawDocument;
}

async function readShown(operator: Operator): Promise<Shown> {
  const stored = await readStored(operator);
  const { document } = stored;
  // A document may name a profile that does not exist here. It is shown all the same.
  const profile = operator.reading.profiles?.find(String(document['profile']));
  const defaults = Object.entries(profile?.defaults ?? {}).filter(
    ([key]) => !Object.hasOwn(document, key),
  );
  return { stored, defaults: Object.fromEntries(defaults) };
}

function describe(key: string, value: unknown): string {
  return (
    (key === 'tls_client_certificate' ? describeCertificate(value) : undefined) ?? format(value)
  );
}

function format(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
