import { Argument, type Command } from 'commander';
import type { CompletedCommand } from '../completion/command-words.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  source <(token-vending completion bash)
  token-vending completion zsh > ~/.zfunc/_token-vending
  token-vending completion fish > ~/.config/fish/completions/token-vending.fish

Add the first line to ~/.bashrc for every bash shell. For zsh, ~/.zfunc must be in fpath before compinit.`;

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** `completion`: the script with which a shell completes commands, options and their values. */
export function registerCompletion(program: Command, surroundings: Surroundings): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'shell of the script').choices(shells))
    .description('write a completion script for a shell')
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell, _flags: object, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const { describeCommands } = await import('../completion/command-words.ts');
      const write = await writerFor(shell);
      const script = write(describeCommands(program));
      if (options.json) ui.out(JSON.stringify({ shell, script }));
      else for (const line of script.trimEnd().split('\n')) ui.out(line);
    });
}

type Writer = (commands: readonly CompletedCommand[]) => string;

async function writerFor(shell: Shell): Promise<Writer> {
  if (shell === 'bash') return (await import('../completion/bash.ts')).bashCompletion;
  if (shell === 'zsh') return (await import('../completion/zsh.ts')).zshCompletion;
  return (await import('../completion/fish.ts')).fishCompletion;
}
