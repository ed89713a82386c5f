import type { Command } from 'commander';
import {
  type Operator,
  type OperatorFlags,
  operate,
  PREFIX_FLAG,
  PROFILES_FLAG,
} from '../credentials/operator.ts';
import { checkDocument, type RawDocument, readStored } from '../credentials/stored-document.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Change {
  readonly name: string;
  readonly description: string;
  readonly help: string;
  readonly edit: (document: RawDocument) => RawDocument;
  /** The result, in one line. */
  readonly outcome: (document: RawDocument) => string;
  /** The effect of the change. */
  readonly consequence: string;
}

const epochOf = ({ epoch }: RawDocument) => (typeof epoch === 'number' ? epoch : 0);

const changes: readonly Change[] = [
  {
    name: 'disable',
    description: 'disable a credential: nobody can get a token of it',
    help: 'The change takes effect in every process of the function within 60 s.',
    edit: (document) => ({ ...document, status: 'disabled' }),
    outcome: () => 'disabled',
    consequence:
      'The change takes effect in every process within 60 s. Tokens that callers hold stay valid until they expire or the server revokes them. credentials bump-epoch drops cached tokens.',
  },
  {
    name: 'enable',
    description: 'enable a disabled credential',
    help: 'The change takes effect in every process of the function within 60 s.',
    edit: (document) => ({ ...document, status: 'enabled' }),
    outcome: () => 'enabled',
    consequence: 'The change takes effect in every process within 60 s.',
  },
  {
    name: 'bump-epoch',
    description: 'drop every cached token of a credential',
    help: 'The next request in each process obtains a new token. Tokens that callers hold stay valid until they expire.',
    edit: (document) => ({ ...document, epoch: epochOf(document) + 1 }),
    outcome: (document) => `epoch ${epochOf(document)}`,
    consequence:
      'The change takes effect in every process within 60 s. Tokens that callers hold stay valid until they expire.',
  },
];

/** Commands that change one key of a stored document. */
export function registerCredentialsChanges(group: Command, surroundings: Surroundings): void {
  for (const change of changes) registerChange(group, surroundings, change);
}

function registerChange(group: Command, surroundings: Surroundings, change: Change): void {
  group
    .command(change.name)
    .argument('<credential>', 'team/name')
    .description(change.description)
    .option(...PREFIX_FLAG)
    .option(...PROFILES_FLAG)
    .addHelpText(
      'after',
      `\nExamples:\n  token-vending credentials ${change.name} checkout/orders-api\n\n${change.help}`,
    )
    .action(async (credential: string, _flags: OperatorFlags, command: Command) => {
      const options = optionsOf<OperatorFlags>(command);
      const ui = uiFor(options, surroundings);
      const writing = operate(credential, options, surroundings, (operator) =>
        rewrite(operator, change),
      );
      const { outcome, version } = await ui.progress(`${change.name} ${credential}`, writing);
      if (options.json) return ui.out(JSON.stringify({ credential, outcome, version }));
      ui.out(`${credential} ${outcome}: version ${version}`);
      ui.err(`  ${change.consequence}`);
    });
}

async function rewrite(
  operator: Operator,
  { edit, outcome }: Change,
): Promise<{ outcome: string; version: string }> {
  const { document } = await readStored(operator);
  const edited = edit(document);
  const text = JSON.stringify(edited);
  checkDocument(text, operator.reading);
  const { versionId } = await operator.secrets.put(operator.name, text);
  return { outcome: outcome(edited), version: versionId };
}
