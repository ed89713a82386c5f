import process from 'node:process';
import { VERSION } from '../../lib/version.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { Validation } from '../framework/dispatch/operation.ts';
import { type ConfigureRequest, defineProvider } from '../framework/dispatch/provider.ts';
import { accessTokenEphemeral } from './access-token-ephemeral.ts';
import { configurationSchema } from './configuration-schema.ts';
import { type Connection, connect } from './connection.ts';
import { customRoleResource } from './custom-role-resource.ts';
import { groupResource } from './group-resource.ts';
import { groupsData } from './groups-data.ts';
import { iamResource } from './iam-resource.ts';
import { permissionsData } from './permissions-data.ts';
import { resourceData } from './resource-data.ts';
import { roleBindingResource } from './role-binding-resource.ts';
import { rolesData } from './roles-data.ts';
import { type ProviderConfig, readSettings, toDiagnosticTexts } from './settings.ts';
import { findWarnings } from './settings-warnings.ts';

type Schema = typeof configurationSchema;

/**
 * Reports errors of the configuration. A missing value is no error here, because it may come from
 * the environment of the run. If there is another error, missing values are reported too, so that
 * all errors appear at once.
 */
function validate({ config, report }: Validation<ProviderConfig>): void {
  const { errors } = readSettings(config, process.env);
  if (!errors.some(({ inConfiguration }) => inConfiguration)) return;
  for (const text of toDiagnosticTexts(errors)) report(text);
}

function configure({ config, warn, terraformVersion }: ConfigureRequest<Schema>): Connection {
  const { settings, errors } = readSettings(config, process.env);
  if (errors.length > 0) throw new DiagnosticError(toDiagnosticTexts(errors));
  for (const warning of findWarnings(settings)) warn(warning);
  return connect(settings, { environment: process.env, terraformVersion });
}

/** Terraform provider `hiiretail`. */
export const hiiretailProvider = defineProvider({
  name: 'hiiretail',
  version: VERSION,
  schema: configurationSchema,
  validate,
  configure,
  resources: {
    hiiretail_iam_custom_role: customRoleResource,
    hiiretail_iam_group: groupResource,
    hiiretail_iam_resource: iamResource,
    hiiretail_iam_role_binding: roleBindingResource,
  },
  dataSources: {
    hiiretail_iam_groups: groupsData,
    hiiretail_iam_permissions: permissionsData,
    hiiretail_iam_resource: resourceData,
    hiiretail_iam_roles: rolesData,
  },
  ephemeralResources: { hiiretail_access_token: accessTokenEphemeral },
});
