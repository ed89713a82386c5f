/**
 * The configuration of the deployment breaks a rule. The message has one line for each error, with
 * key, rule and remedy.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
