import * as v from 'valibot';
import { configEntries, VPC_RULE } from './config-entries.ts';

/** The content of `token-vending.config.yaml`. */
export type TokenVendingConfig = v.InferOutput<typeof configSchema>;

const PROBE_RULE =
  'must be false with endpoint private-rest, which the prober cannot reach from outside the VPC; add prober: false';
const NO_VPC_RULE = 'goes with endpoint private-rest only; remove it or change endpoint';
const NO_URL_ID_RULE = 'goes with endpoint url only; remove it or change endpoint';
const REGISTRY_URL_ID_RULE =
  'goes with endpoint url and a registry only; remove it or change endpoint or registry';
const REGISTRY_URL_RULE =
  'goes with a stack without a registry only; remove it or set registry: false';

/** The keys of `token-vending.config.yaml`, and what they say about each other. */
export const configSchema = v.pipe(
  configEntries,
  v.forward(
    v.partialCheck(
      [['endpoint'], ['prober']],
      ({ endpoint, prober }) => endpoint !== 'private-rest' || !prober,
      PROBE_RULE,
    ),
    ['prober'],
  ),
  v.forward(
    v.partialCheck(
      [['endpoint'], ['vpcEndpoints']],
      ({ endpoint, vpcEndpoints }) => endpoint !== 'private-rest' || vpcEndpoints !== undefined,
      VPC_RULE,
    ),
    ['vpcEndpoints'],
  ),
  v.forward(
    v.partialCheck(
      [['endpoint'], ['vpcEndpoints']],
      ({ endpoint, vpcEndpoints }) => endpoint === 'private-rest' || vpcEndpoints === undefined,
      NO_VPC_RULE,
    ),
    ['vpcEndpoints'],
  ),
  v.forward(
    v.partialCheck(
      [['endpoint'], ['functionUrlId']],
      ({ endpoint, functionUrlId }) => endpoint === 'url' || functionUrlId === undefined,
      NO_URL_ID_RULE,
    ),
    ['functionUrlId'],
  ),
  v.forward(
    v.partialCheck(
      [['endpoint'], ['registry'], ['primaryRegion'], ['registryUrlId']],
      ({ endpoint, registryUrlId, ...rest }) =>
        (endpoint === 'url' && hasRegistry(rest)) || registryUrlId === undefined,
      REGISTRY_URL_ID_RULE,
    ),
    ['registryUrlId'],
  ),
  v.forward(
    v.partialCheck(
      [['registry'], ['primaryRegion'], ['registryUrl']],
      ({ registryUrl, ...rest }) => !hasRegistry(rest) || registryUrl === undefined,
      REGISTRY_URL_RULE,
    ),
    ['registryUrl'],
  ),
  v.transform((config) => ({ ...config, registry: hasRegistry(config) })),
);

interface RegistrySwitch {
  readonly registry?: boolean | undefined;
  readonly primaryRegion?: object | undefined;
}

// Of several Regions, one writes.
function hasRegistry({ registry, primaryRegion }: RegistrySwitch): boolean {
  return registry ?? primaryRegion === undefined;
}

/** Every key of the file. */
export const CONFIG_KEYS = Object.keys(configEntries.entries);
