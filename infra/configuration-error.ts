/** The deployment's configuration breaks a rule: the message names key, rule and remedy, one line for each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
