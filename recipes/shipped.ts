import { parseRecipe } from '../lib/rotation/recipe-schema.ts';
import { Recipes } from '../lib/rotation/recipes.ts';
import auth0 from './auth0.json' with { type: 'json' };
import cognito from './cognito.json' with { type: 'json' };
import entra from './entra.json' with { type: 'json' };
import hydra from './hydra.json' with { type: 'json' };
import keycloak from './keycloak.json' with { type: 'json' };
import lambda from './lambda.json' with { type: 'json' };
import okta from './okta.json' with { type: 'json' };
import private_key_jwt from './private_key_jwt.json' with { type: 'json' };
import private_key_jwt_hydra from './private_key_jwt_hydra.json' with { type: 'json' };
import private_key_jwt_keycloak from './private_key_jwt_keycloak.json' with { type: 'json' };
import rfc7592 from './rfc7592.json' with { type: 'json' };

/** The recipes of this version. */
export const shipped = new Recipes(
  Object.entries({
    auth0,
    cognito,
    entra,
    hydra,
    keycloak,
    lambda,
    okta,
    private_key_jwt,
    private_key_jwt_hydra,
    private_key_jwt_keycloak,
    rfc7592,
  }).map(([name, file]) => parseRecipe(name, file)),
);
