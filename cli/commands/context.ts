import type { Command } from 'commander';
import {
  type Context,
  contextFilePath,
  parseContextFile,
  readContextText,
  requireContext,
} from '../context/context-file.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending context set production --endpoint https://abc.lambda-url.eu-north-1.on.aws --profile ci
  token-vending context use production
  token-vending --context staging whoami

Contexts are in $XDG_CONFIG_HOME/token-vending/config.yaml, else in ~/.config/token-vending/config.yaml. A flag
overrides the environment (TOKEN_VENDING_ENDPOINT, ...). The environment overrides the current context. --context is a flag.`;

interface SetFlags {
  readonly credential?: string;
}

/** `context list | use | set | remove`: names for several deployments. */
export function registerContext(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('context')
    .description('manage named deployments and select one')
    .addHelpText('after', EXAMPLES);
  registerList(group, surroundings);
  registerUse(group, surroundings);
  registerSet(group, surroundings);
  registerRemove(group, surroundings);
}

function registerList(group: Command, surroundings: Surroundings): void {
  group
    .command('list', { isDefault: true })
    .description('list the contexts; a star marks the current one')
    .addHelpText(
      'after',
      '\nExamples:\n  token-vending context list\n  token-vending context list --json | jq -r .current',
    )
    .action(async (_flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const file = contextFilePath(surroundings.environment);
      const { current, contexts } = parseContextFile(await readContextText(file), file);
      if (options.json) return ui.out(JSON.stringify({ file, current, contexts }));
      const all = Object.entries(contexts);
      if (all.length === 0)
        ui.err('There is no context. Create one with token-vending context set.');
      for (const [name, context] of all) {
        ui.out(`${name === current ? '*' : ' '} ${name}`);
        const members = Object.entries(context);
        const width = Math.max(12, ...members.map(([member]) => member.length + 1));
        for (const [member, value] of members) ui.out(`    ${member.padEnd(width)}${value}`);
      }
    });
}

function registerUse(group: Command, surroundings: Surroundings): void {
  group
    .command('use')
    .argument('<name>', 'name of the context')
    .description('select a context as the current one')
    .addHelpText('after', '\nExamples:\n  token-vending context use production')
    .action(async (name: string, _flags: object, command: Command) => {
      await edit(command, surroundings, `${name} is selected`, (file) => (document, before) => {
        requireContext(before, name, file);
        document.set('current', name);
      });
    });
}

function registerSet(group: Command, surroundings: Surroundings): void {
  group
    .command('set')
    .argument('<name>', 'name of a new or existing context')
    .description(
      'create or change a context with --endpoint, --region, --signing-service, --profile, --credential',
    )
    .option('--credential <team/name>', 'default credential of commands')
    .addHelpText(
      'after',
      `
Examples:
  token-vending context set production --endpoint https://abc.lambda-url.eu-north-1.on.aws
  token-vending context set production --profile ci --credential checkout/orders-api
  token-vending context set production --profile ""                      # removes the profile

The first context becomes the current one.`,
    )
    .action(async (name: string, flags: SetFlags, command: Command) => {
      const { setContext } = await import('../context/edit-contexts.ts');
      const {
        endpoint,
        region,
        signingService: signing_service,
        profile,
      } = optionsOf<SetFlags>(command);
      const given = { endpoint, region, signing_service, profile, credential: flags.credential };
      const members = Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      ) as Partial<Context>;
      await edit(command, surroundings, `${name} is set`, () => setContext(name, members));
    });
}

function registerRemove(group: Command, surroundings: Surroundings): void {
  group
    .command('remove')
    .argument('<name>', 'name of the context')
    .description('remove a context')
    .addHelpText('after', '\nExamples:\n  token-vending context remove staging')
    .action(async (name: string, _flags: object, command: Command) => {
      const { removeContext } = await import('../context/edit-contexts.ts');
      await edit(command, surroundings, `${name} is removed`, (file) => (document, before) => {
        requireContext(before, name, file);
        removeContext(name)(document, before);
      });
    });
}

type Change = Parameters<typeof import('../context/edit-contexts.ts').editContexts>[1];

async function edit(
  command: Command,
  surroundings: Surroundings,
  done: string,
  change: (file: string) => Change,
): Promise<void> {
  const options = optionsOf(command);
  const ui = uiFor(options, surroundings);
  const { editContexts } = await import('../context/edit-contexts.ts');
  const file = contextFilePath(surroundings.environment);
  const { current, contexts } = await editContexts(file, change(file));
  if (options.json) return ui.out(JSON.stringify({ file, current, contexts }));
  ui.err(`${done}; the current context is ${current ?? 'none'} (${file}).`);
}
