import {
  byCompletion,
  type CompletedCommand,
  type Completes,
  valuedOptions,
} from './command-words.ts';

/** A script for bash 3.2 or newer. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const valued = valuedOptions(commands);
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# token-vending completion bash
_token_vending() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local path='' word index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      --) _token_vending_files; return ;;
      ${[...valued.keys()].join('|')}) ((index++)) ;;
      -*) ;;
      *)
        case "\${path:+$path }$word" in
          ${paths.join('|')}) path="\${path:+$path }$word" ;;
        esac
        ;;
    esac
  done
  case $previous in
${byCompletion(valued, complete)
  .map(([names, action]) => `    ${names.join('|')}) ${action}; return ;;`)
  .join('\n')}
  esac
  case $path in
${commands.map(describeCommand).join('\n')}
  esac
}
_token_vending_words() {
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}
_token_vending_files() {
  # bash 3.2 has no compopt.
  compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _token_vending token-vending
`;
}

function describeCommand({ path, commands, options, argument }: CompletedCommand): string {
  const flags = options.map(({ name }) => name).join(' ');
  const names = commands.map(({ name }) => name).join(' ');
  const other = names === '' ? complete(argument) : `_token_vending_words '${names}'`;
  return `    ${quote(path)})
      case $current in
        -*) _token_vending_words '${flags}' ;;
        *) ${other} ;;
      esac
      ;;`;
}

function complete(value: Completes): string {
  if (value.kind === 'nothing') return ':';
  return value.kind === 'files'
    ? '_token_vending_files'
    : `_token_vending_words '${value.words.join(' ')}'`;
}

function quote(text: string): string {
  return `'${text}'`;
}
