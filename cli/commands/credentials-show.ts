import type { Command } from 'commander';
import { printable } from '../../lib/errors/printable.ts';
import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';
import { callRegistry } from '../credentials/call-registry.ts';
import { describeCertificate } from '../credentials/describe-certificate.ts';
import { describeRotation } from '../credentials/describe-rotation.ts';
import type { Members } from '../credentials/document-members.ts';
import { profileDefaults } from '../credentials/server-profiles.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending credentials show checkout/orders-api

Shows the document without its secrets, with the defaults of a shipped server profile, the version, the epoch, and the
rotation: its schedule, the last step, and of a failed step the reason and the remedy. A certificate is shown as its subject,
its issuer and its expiry. --json has the response of the registry (docs/api.md). Policy must permit describeCredential.`;

export function registerCredentialsShow(group: Command, surroundings: Surroundings): void {
  group
    .command('show')
    .argument('<credential>', 'team/name')
    .description('show the document of a credential without its secrets, and its rotation')
    .addHelpText('after', EXAMPLES)
    .action(async (credential: string, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const reading = callRegistry(credential, options, surroundings, (registry) =>
        registry.describe(credential, surroundings.signal),
      );
      const registered = await ui.progress(`reading ${credential}`, reading);
      const defaults = await profileDefaults(registered.document);
      if (options.json)
        return ui.out(JSON.stringify({ ...registered, profile_defaults: defaults }));
      for (const line of describe(registered, defaults)) ui.out(printable(line));
    });
}

function describe(registered: RegisteredCredential, defaults: Members): string[] {
  const { credential, status, version_id, epoch, document, secret_members } = registered;
  const note = `(default of profile ${document['profile']})`;
  const members = [
    ...Object.entries(document).map(([key, value]) => [key, textOf(key, value)] as const),
    ...Object.entries(defaults).map(([key, value]) => [key, `${format(value)}  ${note}`] as const),
    ...secret_members.map((key) => [key, '(set)'] as const),
  ];
  const width = Math.max(0, ...members.map(([key]) => key.length));
  return [
    `${credential}  ${status}`,
    `version  ${version_id}`,
    `epoch    ${epoch ?? '-'}`,
    ...members.map(([key, text]) => `  ${key.padEnd(width)}  ${text}`),
    ...describeRotation(registered).map(
      (line, at) => `${(at === 0 ? 'rotation' : '').padEnd(8)} ${line}`,
    ),
  ];
}

function textOf(key: string, value: unknown): string {
  return (
    (key === 'tls_client_certificate' ? describeCertificate(value) : undefined) ?? format(value)
  );
}

function format(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
