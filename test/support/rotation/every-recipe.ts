import type { AdminDialect } from './admin-dialect.ts';
import {
  Auth0Dialect,
  CognitoDialect,
  EntraDialect,
  HydraDialect,
  HydraKeysDialect,
  KeycloakDialect,
  KeycloakKeysDialect,
  LambdaDialect,
  OktaDialect,
  RegistrationKeysDialect,
} from './admin-dialects.ts';

/** Each recipe with which no request fails during a rotation, and a fake of its server. */
export const SMOOTH: readonly (readonly [recipe: string, make: () => AdminDialect])[] = [
  ['keycloak', () => new KeycloakDialect()],
  ['hydra', () => new HydraDialect()],
  ['auth0', () => new Auth0Dialect()],
  ['okta', () => new OktaDialect()],
  ['entra', () => new EntraDialect()],
  ['cognito', () => new CognitoDialect()],
  ['lambda', () => new LambdaDialect()],
  ['private_key_jwt', () => new RegistrationKeysDialect()],
  ['private_key_jwt_hydra', () => new HydraKeysDialect()],
  ['private_key_jwt_keycloak', () => new KeycloakKeysDialect()],
];
