import { describe, expect, it } from '@jest/globals';
import { findVariableRule } from '../../action/variable-name.ts';

describe('variable of the action', () => {
  it.each([
    'ACCESS_TOKEN',
    'TF_VAR_token',
    'ORDERS_PATH',
    '_x',
    'GIT_TOKEN',
    'NPM_TOKEN',
    'NODE_AUTH_TOKEN',
  ])('%s may have the token', (name) => {
    expect(findVariableRule(name)).toBeUndefined();
  });

  it.each([
    'PATH',
    'Path',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'ld_audit',
    'DYLD_INSERT_LIBRARIES',
    'BASH_ENV',
    'ENV',
    'GITHUB_ENV',
    'RUNNER_TEMP',
    'GIT_SSH_COMMAND',
    'PYTHONSTARTUP',
    'HTTPS_PROXY',
    'npm_config_registry',
    'DOTNET_STARTUP_HOOKS',
    'MAVEN_OPTS',
    'GIT_CONFIG_COUNT',
    'TF_CLI_ARGS',
    'TF_CLI_CONFIG_FILE',
    'AWS_ENDPOINT_URL',
    'TOKEN_VENDING_ENDPOINT',
    'GCONV_PATH',
  ])('%s is refused, because later steps would use it', (name) => {
    expect(findVariableRule(name)).toBe(
      `must not be ${name}, which the runner or programs of later steps use: choose a name such as ACCESS_TOKEN`,
    );
  });

  it.each(['', 'A B', '1A', 'A=B', 'A\nB', 'Ä'])('%j is no name', (name) => {
    expect(findVariableRule(name)).toBe('must be the name of an environment variable');
  });
});
