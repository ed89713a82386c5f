import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { OperatorSecrets } from '../../../../lib/credential/operator-secrets.ts';
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
import type { OperatorWorld } from '../../../support/operator-world.ts';
import { readWire, wireNull, wireValue } from '../../framework/support/wire-value.ts';

type Methods = (typeof Provider)['method'];

const typeName = 'tokenvending_credential';
const wire = (value: ValueRecord | null) =>
  value === null ? wireNull(credentialSchema) : wireValue(credentialSchema, value);

/** Runs of Terraform with the resource `tokenvending_credential`, call by call. */
export class CredentialRuns {
  readonly #world: OperatorWorld;
  readonly #clock: Clock;
  #session: Session;

  constructor(world: OperatorWorld, clock: Clock) {
    this.#world = world;
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
    const { config } = this.#world;
    session.configure({
      settings: { local: false },
      secrets: (signal) => OperatorSecrets.open({ ...config, maxAttempts: 1 }, signal, this.#clock),
    } as Pick<Connection, 'secrets'> & { settings: object });
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
    return diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
  }

  /** Refreshes a state. */
  async read(state: ValueRecord): Promise<ValueRecord | null> {
    const { newState } = await this.call('readResource', { typeName, currentState: wire(state) });
    return readWire(credentialSchema, newState);
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
      said: diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`),
    };
  }
}
