import { type CompletedCommand, type Completes, valuedOptions } from './command-words.ts';

/** A script for fish 3. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const valued = [...valuedOptions(commands).keys()];
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# token-vending completion fish
function __token_vending_at
    set -l at
    set -l skip no
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case --
                set at --
            case ${valued.join(' ')}
                set skip yes
            case '-*'
            case '*'
                switch (string join ' ' $at $word)
                    case ${paths.join(' ')}
                        set at (string join ' ' $at $word)
                end
        end
    end
    test "$at" = "$argv[1]"
end
complete -c token-vending -f
complete -c token-vending -n '__token_vending_at --' -F
${commands.flatMap(describeCommand).join('\n')}
`;
}

function describeCommand({ path, commands, options, argument }: CompletedCommand): string[] {
  const start = `complete -c token-vending -n ${quote(`__token_vending_at "${path}"`)}`;
  const words = commands.map(
    ({ name, description }) => `${start} -a ${name} -d ${quote(description)}`,
  );
  const flags = options.map(
    ({ name, description, value }) =>
      `${start} -l ${name.slice(2)}${value ? complete(value) : ''} -d ${quote(description)}`,
  );
  const own = argument.kind === 'nothing' ? [] : [`${start}${complete(argument)}`];
  return [...words, ...flags, ...own];
}

function complete(value: Completes): string {
  if (value.kind === 'nothing') return ' -x';
  return value.kind === 'files' ? ' -r -F' : ` -x -a ${quote(value.words.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
