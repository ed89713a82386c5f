import { keycloak } from './keycloak/keycloak.ts';
import { oidcProvider } from './oidc-provider/oidc-provider.ts';
import type { InteropServer } from './server.ts';

/** The authorization servers of `npm run interop`. */
export const servers: readonly InteropServer[] = [keycloak, oidcProvider];
