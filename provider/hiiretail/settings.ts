import { DURATION_RULE, findSeconds } from '../../client/duration.ts';
import { API_ATTEMPT_TIMEOUT } from '../../lib/time/time-budget.ts';
import { isOneOf, isWholeNumber } from '../configuration/rules.ts';
import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import type { Config } from '../framework/schema/infer.ts';
import { pathOf } from '../framework/values/path.ts';
import type { configurationSchema } from './configuration-schema.ts';
import { isTenantId } from './credential-rules.ts';
import { type Environment, environmentOfTenant } from './environment.ts';
import { hosts } from './hosts.ts';
import { type SettingError, SettingsReader, type Variables } from './settings-reader.ts';
import { readTokenSettings, type TokenSettings } from './settings-tokens.ts';
import { findBaseUrlError } from './url-rules.ts';

/**
 * The configuration with values from the environment and defaults. It contains secrets: never log
 * it.
 */
export interface Settings {
  readonly tenantId: string;
  readonly environment: Environment;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly tokens: TokenSettings;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly maxRetries: number;
}

export interface ReadSettings {
  /** Valid only if there are no errors and nothing is unknown. */
  readonly settings: Settings;
  readonly errors: readonly SettingError[];
}

export type ProviderConfig = Config<typeof configurationSchema>;

/** Reads the whole configuration without network use, and collects all errors. */
export function readSettings(config: ProviderConfig, variables: Variables): ReadSettings {
  const reader = new SettingsReader(variables);
  const tenantId = reader.read<string>({
    path: pathOf('tenant_id'),
    value: config.tenant_id,
    variables: ['HIIRETAIL_TENANT_ID'],
    required: 'the id of your tenant',
    rule: isTenantId,
  });
  const chosen = reader.read<string>({
    path: pathOf('environment'),
    value: config.environment,
    variables: ['HIIRETAIL_ENVIRONMENT'],
    rule: isOneOf('live', 'test'),
  });
  const environment = (chosen ?? environmentOfTenant(tenantId ?? '')) as Environment;
  const baseUrl = reader.read<string>({
    path: pathOf('base_url'),
    value: config.base_url,
    variables: ['HIIRETAIL_BASE_URL'],
    rule: findBaseUrlError,
  });
  const settings: Settings = {
    tenantId: tenantId ?? '',
    environment,
    baseUrl: (baseUrl ?? hosts[environment].api).replace(/\/+$/, ''),
    tokens: readTokenSettings(config, reader, environment),
    timeout: 1000 * (readTimeout(config, reader) ?? API_ATTEMPT_TIMEOUT / 1000),
    maxRetries: readMaxRetries(config, reader) ?? 3,
  };
  return { settings, errors: reader.errors };
}

/** The errors as diagnostics, which do not say whether the configuration alone shows an error. */
export function toDiagnosticTexts(errors: readonly SettingError[]): DiagnosticText[] {
  return errors.map(({ summary, detail, path }) => ({
    summary,
    detail,
    ...(path === undefined ? {} : { path }),
  }));
}

function readTimeout(config: ProviderConfig, reader: SettingsReader): number | undefined {
  return reader.read<number>({
    path: pathOf('timeout_seconds'),
    value: config.timeout_seconds,
    variables: ['HIIRETAIL_TIMEOUT_SECONDS', 'HIIRETAIL_TIMEOUT'],
    parse: findSeconds,
    form: DURATION_RULE,
    rule: isWholeNumber(1, 300),
  });
}

function readMaxRetries(config: ProviderConfig, reader: SettingsReader): number | undefined {
  return reader.read<number>({
    path: pathOf('max_retries'),
    value: config.max_retries,
    variables: ['HIIRETAIL_MAX_RETRIES'],
    parse: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
    form: 'must be a whole number from 0 to 10',
    rule: isWholeNumber(0, 10),
  });
}
