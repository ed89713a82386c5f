import { describe, expect, it } from '@jest/globals';
import { findVariableRule } from '../../action/variable-name.ts';

describe('variable of the action', () => {
  it.each(['ACCESS_TOKEN', 'TF_VAR_token', 'ORDERS_PATH', '_x', 'GIT_TOKEN'])(
    '%s may have the token',
    (name) => {
      expect(findVariableRule(name)).toBeUndefined();
    },
  );

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
  ])('%s is refused, because later steps would use it', (name) => {
    expect(findVariableRule(name)).toBe(
      `must not be ${name}, which the runner or programs of later steps use: choose a name such as ACCESS_TOKEN`,
    );
  });

  it.each(['', 'A B', '1A', 'A=B', 'A\nB', 'Ä'])('%j is no name', (name) => {
    expect(findVariableRule(name)).toBe('must be the name of an environment variable');
  });
});
