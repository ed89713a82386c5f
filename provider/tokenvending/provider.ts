import process from 'node:process';
import { VERSION } from '../../lib/version.ts';
import { type ConfigureRequest, defineProvider } from '../framework/dispatch/provider.ts';
import { accessTokenData } from './access-token-data.ts';
import { accessTokenEphemeral } from './access-token-ephemeral.ts';
import { callerIdentityData } from './caller-identity-data.ts';
import { configurationSchema } from './configuration-schema.ts';
import { type Connection, connect } from './connection.ts';
import { credentialData } from './credential-data.ts';
import { credentialResource } from './credential-resource.ts';
import { decodeJwtFunction } from './decode-jwt-function.ts';
import { parseCredentialFunction } from './parse-credential-function.ts';
import { readSettings } from './settings.ts';

/** Terraform provider `tokenvending`. */
export const tokenVendingProvider = defineProvider({
  name: 'tokenvending',
  version: VERSION,
  schema: configurationSchema,
  configure({ config }: ConfigureRequest<typeof configurationSchema>): Connection {
    return connect(readSettings(config, process.env), process.env);
  },
  resources: { tokenvending_credential: credentialResource },
  dataSources: {
    tokenvending_access_token: accessTokenData,
    tokenvending_caller_identity: callerIdentityData,
    tokenvending_credential: credentialData,
  },
  ephemeralResources: { tokenvending_access_token: accessTokenEphemeral },
  functions: { decode_jwt: decodeJwtFunction, parse_credential: parseCredentialFunction },
});
