/**
 * `$source` of credentials: the providers of the AWS SDK that made them, with feature names as
 * keys.
 */
export type CredentialMarks = Readonly<Record<string, unknown>>;

// The most specific first: credentials of a profile have the mark of the profile and the mark of
// its source.
const ORIGINS: readonly (readonly [mark: RegExp, origin: string])[] = [
  [/^CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN$/, 'web identity (AWS_WEB_IDENTITY_TOKEN_FILE)'],
  [/^CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN$/, 'web identity, by PROFILE'],
  [/^CREDENTIALS_(PROFILE_)?SSO(_LEGACY)?$/, 'SSO (IAM Identity Center), by PROFILE'],
  [/^CREDENTIALS_(PROFILE_)?LOGIN$/, '`aws login`, by PROFILE'],
  [/^CREDENTIALS_(PROFILE_)?PROCESS$/, 'process (credential_process), by PROFILE'],
  [/^CREDENTIALS_PROFILE_(SOURCE_PROFILE|NAMED_PROVIDER)$/, 'role that PROFILE assumes'],
  [/^CREDENTIALS_HTTP$/, 'container'],
  [/^CREDENTIALS_IMDS$/, 'instance'],
  [/^CREDENTIALS_ENV_VARS$/, 'environment (AWS_ACCESS_KEY_ID)'],
  [/^CREDENTIALS_PROFILE$/, 'keys of PROFILE'],
];

/**
 * Where AWS credentials come from, in words.
 *
 * @param profile requested profile; default: the default profile
 */
export function nameOrigin(
  marks: CredentialMarks,
  profile: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const names = Object.keys(marks);
  const [, origin] = ORIGINS.find(([mark]) => names.some((name) => mark.test(name))) ?? [];
  if (origin !== undefined) return origin.replace('PROFILE', `profile ${profile ?? 'default'}`);
  // The metadata services leave no mark.
  return Object.keys(environment).some((name) => name.startsWith('AWS_CONTAINER_CREDENTIALS_'))
    ? 'container'
    : 'instance';
}
