import type { Rpc, RpcName } from './rpc.ts';
import { configureProvider, stopProvider } from './rpc-configure.ts';
import { readDataSource } from './rpc-data-source.ts';
import {
  closeEphemeralResource,
  openEphemeralResource,
  renewEphemeralResource,
} from './rpc-ephemeral.ts';
import { callFunction } from './rpc-function.ts';
import { applyResourceChange } from './rpc-resource-apply.ts';
import { importResourceState } from './rpc-resource-import.ts';
import { planResourceChange } from './rpc-resource-plan.ts';
import { readResource } from './rpc-resource-read.ts';
import { upgradeResourceState } from './rpc-resource-upgrade.ts';
import {
  getFunctions,
  getMetadata,
  getProviderSchema,
  getResourceIdentitySchemas,
} from './rpc-schema.ts';
import {
  validateDataResourceConfig,
  validateEphemeralResourceConfig,
  validateProviderConfig,
  validateResourceConfig,
} from './rpc-validate.ts';

/** The calls of the protocol that Terraform 1.11 makes, and those that other clients make. */
export const rpcs: { readonly [N in RpcName]: Rpc<N> } = {
  getMetadata,
  getProviderSchema,
  getResourceIdentitySchemas,
  validateProviderConfig,
  configureProvider,
  stopProvider,
  validateResourceConfig,
  upgradeResourceState,
  readResource,
  planResourceChange,
  applyResourceChange,
  importResourceState,
  validateDataResourceConfig,
  readDataSource,
  validateEphemeralResourceConfig,
  openEphemeralResource,
  renewEphemeralResource,
  closeEphemeralResource,
  getFunctions,
  callFunction,
};
