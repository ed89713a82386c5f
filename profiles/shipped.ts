import { type ServerProfile, toServerProfile } from '../lib/credential/profile.ts';
import adfs from './adfs.json' with { type: 'json' };
import apigee from './apigee.json' with { type: 'json' };
import auth0 from './auth0.json' with { type: 'json' };
import cognito from './cognito.json' with { type: 'json' };
import entra from './entra.json' with { type: 'json' };
import hiiretail from './hiiretail.json' with { type: 'json' };
import hydra from './hydra.json' with { type: 'json' };
import keycloak from './keycloak.json' with { type: 'json' };
import okta from './okta.json' with { type: 'json' };
import pingfederate from './pingfederate.json' with { type: 'json' };
import salesforce from './salesforce.json' with { type: 'json' };
import spring from './spring.json' with { type: 'json' };
import wso2 from './wso2.json' with { type: 'json' };
import zoom from './zoom.json' with { type: 'json' };

/** The server profiles of this version. A test checks the files with the schema of profiles. */
export const shipped: readonly ServerProfile[] = Object.entries({
  adfs,
  apigee,
  auth0,
  cognito,
  entra,
  hiiretail,
  hydra,
  keycloak,
  okta,
  pingfederate,
  salesforce,
  spring,
  wso2,
  zoom,
}).map(([name, file]) => toServerProfile(name, file));
