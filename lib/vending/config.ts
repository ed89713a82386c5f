import * as v from 'valibot';
import { findEndpointUrl } from '../http/endpoint-url.ts';
import {
  type EndpointConfig,
  type Environment,
  endpointVariables,
  flag,
  readVariables,
} from './function-variables.ts';

/** The configuration of the vending function, from its environment. It contains no secret. */
export interface FunctionConfig extends EndpointConfig {
  readonly listCredentials: boolean;
  /** URL of the registry endpoint without a slash at its end, for the metadata; empty: there is none. */
  readonly registryUrl: string;
}

const URL_RULE = 'must be an https URL without a query';
// The URL is only published. The function sends nothing to it, so it may be on loopback.
const urls = { allowLoopbackHttp: true };

const schema = v.strictObject({
  ...endpointVariables,
  TOKEN_VENDING_LIST_CREDENTIALS: v.optional(flag, 'true'),
  TOKEN_VENDING_REGISTRY_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => text === '' || (findEndpointUrl(text, urls) !== undefined && !text.includes('?')),
        URL_RULE,
      ),
      v.transform((text) => text.replace(/\/$/, '')),
    ),
    '',
  ),
});

/** Every environment variable that the function reads itself. */
export const CONFIG_VARIABLES = Object.keys(schema.entries);

/**
 * Reads the configuration of the vending function. Variables without the prefix `TOKEN_VENDING_` are
 * ignored.
 *
 * @throws {@link VendError} `config_invalid` naming each wrong variable and the rule it breaks
 */
export function parseFunctionConfig(environment: Environment): FunctionConfig {
  const { variables, config } = readVariables(schema, environment);
  return {
    ...config,
    listCredentials: variables.TOKEN_VENDING_LIST_CREDENTIALS,
    registryUrl: variables.TOKEN_VENDING_REGISTRY_URL,
  };
}
