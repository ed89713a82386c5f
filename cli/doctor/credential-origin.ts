/** Which provider of the AWS SDK made credentials: the `$source` that it leaves on them, feature names as keys. */
export type CredentialMarks = Readonly<Record<string, unknown>>;

// The most telling first: credentials of a profile bear its mark besides that of how it came by them.
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
 * @param profile that was asked for, by whatever means; the default one where absent
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
