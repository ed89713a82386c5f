import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import type { Clock } from '../../../../lib/time/clock.ts';
import type { RpcName } from '../../../../provider/framework/dispatch/rpc.ts';
import { rpcs } from '../../../../provider/framework/dispatch/rpcs.ts';
import { Session } from '../../../../provider/framework/dispatch/session.ts';
import { makeLog } from '../../../../provider/framework/process/log.ts';
import type { ValueRecord } from '../../../../provider/framework/values/value.ts';
import { Provider } from '../../../../provider/framework/wire/generated/tfplugin6_pb.js';
import type { Connection } from '../../../../provider/tokenvending/connection.ts';
import { credentialSchema } from '../../../../provider/tokenvending/credential-schema.ts';
import { tokenVendingProvider } from '../../../../provider/tokenvending/provider.ts';
import { readWire, wireNull, wireValue } from '../../framework/support/wire-value.ts';
import type { RegistryOverHttp } from './registry-over-http.ts';

type Methods = (typeof Provider)['method'];

const typeName = 'tokenvending_credential';
const wire = (value: ValueRecord | null) =>
  value === null ? wireNull(credentialSchema) : wireValue(credentialSchema, value);

/** A configuration of the resource. */
export const ORDERS: ValueRecord = {
  credential: 'checkout/orders-api',
  issuer: 'https://auth.example.com',
  client_id: 'orders',
  client_secret: 'fake-secret-0001',
};

/** Runs of Terraform with the resource `tokenvending_credential`, call by call. */
export class CredentialRuns {
  readonly #registry: RegistryOverHttp;
  readonly #clock: Clock;
  #session: Session;

  constructor(registry: RegistryOverHttp, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
    this.#session = this.#open();
  }

  /** Starts the provider, as Terraform does for each run. */
  start(): void {
    this.#session = this.#open();
  }

  #open(): Session {
    const log = makeLog({ module: 'tokenvending', environment: {}, write: () => undefined });
    const session = new Session(tokenVendingProvider, log);
    const connection: Pick<Connection, 'registry' | 'clock'> = {
      registry: async () => this.#registry.client,
      clock: this.#clock,
    };
    session.configure(connection);
    return session;
  }

  async call<N extends RpcName>(
    name: N,
    request: MessageInitShape<Methods[N]['input']>,
  ): Promise<MessageShape<Methods[N]['output']>> {
    const { input, output } = Provider.method[name];
    const rpc = rpcs[name] as (session: Session, request: object) => Promise<object>;
    return create(output, await rpc(this.#session, create(input, request as object))) as never;
  }

  /** The diagnostics of a configuration. */
  async validate(config: ValueRecord): Promise<string[]> {
    const { diagnostics } = await this.call('validateResourceConfig', {
      typeName,
      config: wire(config),
    });
    return diagnostics.map(textOf);
  }

  /** Refreshes a state. */
  async read(state: ValueRecord) {
    const { newState, diagnostics } = await this.call('readResource', {
      typeName,
      currentState: wire(state),
    });
    return { state: readWire(credentialSchema, newState), said: diagnostics.map(textOf) };
  }

  /** Imports, and reads what was imported. */
  async import(id: string) {
    const { importedResources, diagnostics } = await this.call('importResourceState', {
      typeName,
      id,
    });
    const [imported] = importedResources;
    const state = imported && readWire(credentialSchema, imported.state);
    return state ? await this.read(state) : { state: null, said: diagnostics.map(textOf) };
  }

  /** Plans. If `config` is null, the resource is destroyed. */
  async plan(prior: ValueRecord | null, config: ValueRecord | null) {
    const proposed = config && { ...prior, ...config, client_secret: null };
    return await this.call('planResourceChange', {
      typeName,
      priorState: wire(prior),
      proposedNewState: wire(proposed),
      config: wire(config),
    });
  }

  /** Plans and applies. If `config` is null, the resource is destroyed. */
  async apply(prior: ValueRecord | null, config: ValueRecord | null) {
    const { plannedState } = await this.plan(prior, config);
    const { newState, diagnostics } = await this.call('applyResourceChange', {
      typeName,
      priorState: wire(prior),
      plannedState,
      config: wire(config),
    });
    return {
      state: readWire(credentialSchema, newState),
      said: diagnostics.map(textOf),
      at: diagnostics.map(({ attribute }) => attribute?.steps[0]?.selector.value),
    };
  }
}

function textOf({ summary, detail }: { readonly summary: string; readonly detail: string }) {
  return `${summary}: ${detail}`;
}
