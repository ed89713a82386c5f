import {
  byCompletion,
  type CompletedCommand,
  type Completes,
  valuedOptions,
} from './command-words.ts';

/** A script for zsh 5, to source or to autoload as `_token-vending`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const valued = valuedOptions(commands);
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `#compdef token-vending
_token_vending() {
  local path_='' word
  local -i index
  local -a commands options
  for ((index = 2; index < CURRENT; index++)); do
    word=$words[index]
    case $word in
      (--) _files; return ;;
      (${[...valued.keys()].join('|')}) ((index++)) ;;
      (-*) ;;
      (*)
        case "\${path_:+$path_ }$word" in
          (${paths.join('|')}) path_="\${path_:+$path_ }$word" ;;
        esac
        ;;
    esac
  done
  case $words[CURRENT-1] in
${byCompletion(valued, complete)
  .map(([names, action]) => `    (${names.join('|')}) ${action}; return ;;`)
  .join('\n')}
  esac
  case $path_ in
${commands.map(describeCommand).join('\n')}
  esac
}
if [[ $funcstack[1] == _token-vending ]]; then
  _token_vending "$@"
else
  compdef _token_vending token-vending
fi
`;
}

function describeCommand({ path, commands, options, argument }: CompletedCommand): string {
  const list = (entries: readonly { name: string; description: string }[]) =>
    entries.map(({ name, description }) => quote(`${name}:${description}`)).join(' ');
  const other =
    commands.length === 0
      ? complete(argument)
      : `commands=(${list(commands)}); _describe command commands`;
  return `    ('${path}')
      if [[ $words[CURRENT] == -* ]]; then
        options=(${list(options)})
        _describe -o option options
      else
        ${other}
      fi
      ;;`;
}

function complete(value: Completes): string {
  if (value.kind === 'nothing') return ':';
  return value.kind === 'files' ? '_files' : `compadd -- ${value.words.join(' ')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
