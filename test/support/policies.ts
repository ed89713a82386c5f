import { fileURLToPath } from 'node:url';
import { openCedar } from '../../lib/access/cedar/engine.ts';
import {
  type Inspection,
  inspectPolicies,
  readPolicySet,
} from '../../lib/access/cedar/inspect-policies.ts';
import { openCedarPolicy } from '../../lib/access/cedar/policy.ts';
import type { CedarPolicy } from '../../lib/access/cedar/policy-files.ts';
import type { AccessContext, AccessPolicy } from '../../lib/access/policy.ts';

const root = new URL('../../', import.meta.url);
export const cedar = openCedar(
  fileURLToPath(new URL('node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm_bg.wasm', root)),
);
export const schemaFile = fileURLToPath(new URL('policies/token-vending.cedarschema', root));

export function openDirectory(directory: string): AccessPolicy {
  return openCedarPolicy(cedar, readPolicySet(cedar, { schemaFile, directory }));
}

export function inspectDirectory(directory: string): Inspection {
  return inspectPolicies(cedar, { schemaFile, directory });
}

/** Policies that are parsed and not validated, each on its own line. */
export function policiesOf(text: string): CedarPolicy[] {
  return text.split('\n').map((line, index) => {
    const parsed = cedar.policyToJson(line);
    if (parsed.type === 'failure') throw new Error(`${line}: ${parsed.errors[0]?.message}`);
    const { json } = parsed;
    const place = { file: 'a.cedar', line: index + 1, text: line };
    return {
      id: json.annotations?.['id'] ?? '',
      advice: undefined,
      effect: json.effect,
      json,
      ...place,
    };
  });
}

export const NOON: AccessContext = {
  scope: [],
  audience: [],
  resource: [],
  minTtl: 60,
  sourceIp: '192.0.2.1',
  now: Date.parse('2024-01-01T12:00:00Z'),
};
