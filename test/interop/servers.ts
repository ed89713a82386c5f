import { glewlwyd } from './glewlwyd/glewlwyd.ts';
import { hydra } from './hydra/hydra.ts';
import { keycloak } from './keycloak/keycloak.ts';
import { oidcProvider } from './oidc-provider/oidc-provider.ts';
import type { InteropServer } from './server.ts';
import { spring } from './spring/spring.ts';

/** The authorization servers of `npm run interop`. */
export const servers: readonly InteropServer[] = [keycloak, hydra, spring, glewlwyd, oidcProvider];
