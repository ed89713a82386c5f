/**
 * Variables that decide which program the next steps run, or what code it loads first. A token in
 * one of them breaks the job, and a workflow whose input comes from outside would let that input
 * choose what to break.
 */
const RESERVED = new Set([
  'PATH',
  'HOME',
  'SHELL',
  'IFS',
  'ENV',
  'BASH_ENV',
  'CDPATH',
  'PROMPT_COMMAND',
  'PS4',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_EXTRA_CA_CERTS',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_EXEC_PATH',
  'GIT_ASKPASS',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONHOME',
  'PERL5LIB',
  'PERL5OPT',
  'RUBYOPT',
  'RUBYLIB',
  'CLASSPATH',
  'JAVA_TOOL_OPTIONS',
  '_JAVA_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'MAVEN_OPTS',
  'GRADLE_OPTS',
  'SBT_OPTS',
  'DOTNET_STARTUP_HOOKS',
  'GOFLAGS',
  'RUSTC_WRAPPER',
  'GIT_PROXY_COMMAND',
  'GIT_EDITOR',
  'GIT_PAGER',
  'EDITOR',
  'VISUAL',
  'PAGER',
  'LESSOPEN',
  'GCONV_PATH',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_REPL_EXTERNAL_MODULE',
  'PERL5DB',
  'PYTHONINSPECT',
  'PATHEXT',
  'COMSPEC',
  'PSMODULEPATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]);

// GITHUB_, RUNNER_ and ACTIONS_ are of the runner. AWS_ and TOKEN_VENDING_ name the identity and the
// endpoint of later steps. The others are read by loaders, shells and tools.
const RESERVED_PREFIXES = [
  'LD_',
  'DYLD_',
  'GITHUB_',
  'RUNNER_',
  'ACTIONS_',
  'BASH_',
  'NPM_CONFIG_',
  'GIT_CONFIG',
  'TF_CLI_',
  'AWS_',
  'TOKEN_VENDING_',
];

/**
 * The rule that a name of an environment variable breaks; `undefined` if a token may be put into
 * that variable.
 */
export function findVariableRule(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'must be the name of an environment variable';
  // Windows does not distinguish case.
  const upper = name.toUpperCase();
  const reserved =
    RESERVED.has(upper) || RESERVED_PREFIXES.some((prefix) => upper.startsWith(prefix));
  return reserved
    ? `must not be ${name}, which the runner or programs of later steps use: choose a name such as ACCESS_TOKEN`
    : undefined;
}
