import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { LOCAL_TENANT, type LocalIamApi, startIamApi } from '../../local/iam-api.ts';
import { IamTenant } from '../../local/iam-api-store.ts';
import type { RpcName } from '../../provider/framework/dispatch/rpc.ts';
import { rpcs } from '../../provider/framework/dispatch/rpcs.ts';
import { Session } from '../../provider/framework/dispatch/session.ts';
import { makeLog } from '../../provider/framework/process/log.ts';
import { isComputed } from '../../provider/framework/schema/attribute.ts';
import type { Schema } from '../../provider/framework/schema/schema.ts';
import type { ValueRecord } from '../../provider/framework/values/value.ts';
import {
  type DynamicValue,
  Provider,
  type Diagnostic as WireDiagnostic,
} from '../../provider/framework/wire/generated/tfplugin6_pb.js';
import { hiiretailProvider } from '../../provider/hiiretail/provider.ts';
import { readWire, wireNull, wireValue } from '../provider/framework/support/wire-value.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

/** A diagnostic as Terraform shows it: `error` or `warning`, summary and detail. */
export type Said = readonly string[];

export interface Outcome {
  /** The new state; null if the object is gone. */
  readonly state: ValueRecord | null;
  readonly said: Said;
}

type Methods = (typeof Provider)['method'];
type Type = `hiiretail_iam_${'group' | 'custom_role' | 'role_binding' | 'resource'}`;

/**
 * The provider in the process of the test, called as Terraform calls it, with the local IAM API.
 */
export class HiiRetailInProcess {
  readonly api: LocalIamApi;
  readonly #issuer: TokenIssuer;
  readonly #tenantId: string;
  readonly #session: Session;

  private constructor(issuer: TokenIssuer, api: LocalIamApi, tenantId: string) {
    this.#issuer = issuer;
    this.api = api;
    this.#tenantId = tenantId;
    const log = makeLog({ module: 'hiiretail', environment: {}, write: () => undefined });
    this.#session = new Session(hiiretailProvider, log);
  }

  /** @param tenantId another tenant than the default is empty */
  static async open(tenantId: string = LOCAL_TENANT): Promise<HiiRetailInProcess> {
    const issuer = await startTokenIssuer({ clientId: ocmsClientIdOf(tenantId) });
    const api = await startIamApi({ port: 0, issuer: issuer.url });
    if (tenantId !== LOCAL_TENANT) api.tenants.set(tenantId, new IamTenant());
    const opened = new HiiRetailInProcess(issuer, api, tenantId);
    await opened.configure();
    return opened;
  }

  get tenant(): IamTenant {
    return this.api.tenants.get(this.#tenantId) as IamTenant;
  }

  /** The write calls so far, such as `POST /groups`. */
  get writes(): string[] {
    return this.api.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.split(this.#tenantId)[1]}`);
  }

  async validate(type: Type, config: ValueRecord): Promise<Said> {
    const value = wireValue(schemaOf(type), config);
    const { diagnostics } = await this.#call('validateResourceConfig', {
      typeName: type,
      config: value,
    });
    return say(diagnostics);
  }

  async plan(type: Type, prior: ValueRecord | null, config: ValueRecord) {
    const schema = schemaOf(type);
    const { plannedState, requiresReplace, diagnostics } = await this.#call('planResourceChange', {
      typeName: type,
      priorState: prior === null ? wireNull(schema) : wireValue(schema, prior),
      proposedNewState: wireValue(schema, propose(schema, prior, config)),
      config: wireValue(schema, config),
    });
    return {
      plannedState,
      state: readWire(schema, plannedState),
      replaces: requiresReplace.length > 0,
      said: say(diagnostics),
    };
  }

  /** Plans, and applies if the plan has no errors. */
  async apply(type: Type, prior: ValueRecord | null, config: ValueRecord): Promise<Outcome> {
    const { plannedState, said } = await this.plan(type, prior, config);
    return said.length > 0
      ? { state: prior, said }
      : this.applyPlan(type, prior, { config, plannedState });
  }

  /**
   * Applies a plan. More of the configuration may be known by then, and Terraform updates the
   * configuration, not the plan.
   */
  async applyPlan(
    type: Type,
    prior: ValueRecord | null,
    { config, plannedState }: { config: ValueRecord; plannedState: DynamicValue | undefined },
  ): Promise<Outcome> {
    const schema = schemaOf(type);
    const { newState, diagnostics } = await this.#call('applyResourceChange', {
      typeName: type,
      priorState: prior === null ? wireNull(schema) : wireValue(schema, prior),
      plannedState,
      config: wireValue(schema, config),
    });
    return { state: readWire(schema, newState), said: say(diagnostics) };
  }

  async destroy(type: Type, prior: ValueRecord): Promise<Outcome> {
    const schema = schemaOf(type);
    const { newState, diagnostics } = await this.#call('applyResourceChange', {
      typeName: type,
      priorState: wireValue(schema, prior),
      plannedState: wireNull(schema),
      config: wireNull(schema),
    });
    return { state: readWire(schema, newState), said: say(diagnostics) };
  }

  async read(type: Type, state: ValueRecord): Promise<Outcome> {
    const schema = schemaOf(type);
    const { newState, diagnostics } = await this.#call('readResource', {
      typeName: type,
      currentState: wireValue(schema, state),
    });
    return { state: readWire(schema, newState), said: say(diagnostics) };
  }

  /** Upgrades a state of another version and reads it, as Terraform does before each plan. */
  async refreshOld(type: Type, version: number, attributes: object): Promise<Outcome> {
    const { state, said } = await this.upgrade(type, version, attributes);
    return state === null ? { state, said } : this.read(type, state);
  }

  /** Only upgrades the state, as Terraform does with -refresh=false. */
  async upgrade(type: Type, version: number, attributes: object): Promise<Outcome> {
    const { upgradedState, diagnostics } = await this.#call('upgradeResourceState', {
      typeName: type,
      version: BigInt(version),
      rawState: { json: Buffer.from(JSON.stringify(attributes)) },
    });
    return { state: readWire(schemaOf(type), upgradedState), said: say(diagnostics) };
  }

  /** Stops the provider, as Terraform does at the first Ctrl-C. */
  async stop(): Promise<void> {
    await this.#call('stopProvider', {});
  }

  /** Imports and reads an object, as Terraform does. */
  async import(type: Type, id: string): Promise<Outcome> {
    const { importedResources, diagnostics } = await this.#call('importResourceState', {
      typeName: type,
      id,
    });
    const imported = readWire(schemaOf(type), importedResources[0]?.state);
    return imported === null ? { state: null, said: say(diagnostics) } : this.read(type, imported);
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.#issuer.close();
  }

  /** Configures the provider, as Terraform does at the beginning of each run, also after a stop. */
  async configure(): Promise<void> {
    const { diagnostics } = await this.#call('configureProvider', {
      config: wireValue(hiiretailProvider.schema, {
        tenant_id: this.#tenantId,
        base_url: this.api.url,
        client_id: ocmsClientIdOf(this.#tenantId),
        client_secret: 'fake-secret-0001',
        token_url: `${this.#issuer.url}/oauth2/token`,
        max_retries: 0,
      }),
    });
    if (diagnostics.length > 0) throw new Error(say(diagnostics).join('\n'));
  }

  async #call<N extends RpcName>(
    name: N,
    request: MessageInitShape<Methods[N]['input']>,
  ): Promise<MessageShape<Methods[N]['output']>> {
    const { input, output } = Provider.method[name];
    const call = rpcs[name] as (session: Session, request: object) => Promise<object>;
    return create(output, await call(this.#session, create(input, request as object))) as never;
  }
}

/** The id of an OCMS client: base64url of sorted `key: value` lines. */
export function ocmsClientIdOf(tenantId: string): string {
  const lines = `owner: example\nsfw: demo@1.0@${tenantId}\ntid: ${tenantId}\n`;
  return Buffer.from(lines).toString('base64url');
}

const schemaOf = (type: Type): Schema =>
  hiiretailProvider.resources?.[type]?.schema as unknown as Schema;

/** Terraform's proposal: the configuration, with prior values of computed attributes. */
function propose(schema: Schema, prior: ValueRecord | null, config: ValueRecord): ValueRecord {
  const proposed = Object.entries(schema.attributes).map(([name, attribute]) => {
    const given = config[name] ?? null;
    const kept = given === null && isComputed(attribute);
    return [name, kept ? (prior?.[name] ?? null) : given] as const;
  });
  return Object.fromEntries(proposed);
}

function say(diagnostics: readonly WireDiagnostic[]): Said {
  return diagnostics.map(
    ({ severity, summary, detail }) =>
      `${severity === 1 ? 'error' : 'warning'}: ${summary}: ${detail}`,
  );
}
