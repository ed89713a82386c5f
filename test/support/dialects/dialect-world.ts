import { toRecord } from '../../../lib/audit/record.ts';
import { Profiles } from '../../../lib/credential/profiles.ts';
import type { ClientAssertions } from '../../../lib/grant/client-assertions.ts';
import { openJoseVerifier } from '../../../lib/grant/jose.ts';
import { openOpenidClient } from '../../../lib/grant/openid-client.ts';
import type { HttpsTransport } from '../../../lib/http/https-transport.ts';
import type { HttpRequest, HttpResponse } from '../../../lib/http/messages.ts';
import { serveRequest } from '../../../lib/vending/serve-request.ts';
import { createVending, type Vending, type VendingPorts } from '../../../lib/vending/vending.ts';
import { shipped } from '../../../profiles/shipped.ts';
import { findCanaries } from '../canary-search.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeAuditLog, FakePolicy, FakeStore, formRequest, tokenRequest } from '../fake-ports.ts';
import { UnderWay } from './under-way.ts';

export const CREDENTIAL = 'checkout/orders-api';

export type JsonResponse = HttpResponse & { readonly json: Record<string, unknown> };

/**
 * A vending function with the real adapters of the grant, over a transport of the test. Its clock
 * stands still during requests, so no result depends on the speed of the machine.
 */
export class DialectWorld {
  readonly clock = new FakeClock();
  readonly audit = new FakeAuditLog();
  readonly store = new FakeStore();
  /** Everything that was written about requests, but the responses with tokens. */
  readonly written: string[] = [];
  readonly #vending: Vending;
  readonly #underWay = new UnderWay();

  /**
   * @param reportError reports errors to operators. The test adds its lines to {@link written}
   * @param assertions of clients for which AWS signs; absent if there are none
   */
  constructor(
    transport: HttpsTransport,
    reportError: VendingPorts['reportError'],
    assertions?: ClientAssertions,
  ) {
    const { clock, audit, store } = this;
    const server = this.#underWay.count(openOpenidClient(transport, assertions));
    const verifier = this.#underWay.count(openJoseVerifier(transport, clock));
    this.#vending = createVending(
      {
        clock,
        stopwatch: clock.now,
        policy: new FakePolicy(),
        audit,
        metrics: { record: () => undefined },
        store,
        server,
        verifier,
        reportError,
      },
      {
        urls: { allowLoopbackHttp: false },
        profiles: new Profiles(shipped),
        listCredentials: true,
        troubleshootingUrl: 'https://docs.example.com/troubleshooting',
      },
    );
  }

  async vend(form: Readonly<Record<string, string>> = {}): Promise<JsonResponse> {
    const response = await this.#serve(tokenRequest(form));
    if (response.status !== 200) this.written.push(response.body);
    return response;
  }

  /** @param path `/oauth2/introspect` or `/oauth2/revoke` */
  async ask(path: string, token: string): Promise<JsonResponse> {
    const response = await this.#serve(formRequest(path, { client_id: CREDENTIAL, token }));
    this.written.push(response.body);
    return response;
  }

  /** Records in the form of the audit log. */
  get records(): Record<string, unknown>[] {
    const written = this.audit.events.map((event) => toRecord(event, 0, 'eu-north-1'));
    return JSON.parse(JSON.stringify(written));
  }

  /** Which of the secrets was written, by position in the list. */
  findCanaries(secrets: readonly string[]): number[] {
    return findCanaries([...this.written, JSON.stringify(this.records)].join('\n'), secrets);
  }

  async #serve(request: HttpRequest): Promise<JsonResponse> {
    const work = serveRequest(this.#vending, request);
    const response = await this.clock.runUntilDone(work, () => this.#underWay.isBusy);
    return { ...response, json: response.body === '' ? {} : JSON.parse(response.body) };
  }
}
