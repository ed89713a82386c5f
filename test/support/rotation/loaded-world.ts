import { hash } from 'node:crypto';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { serveRequest } from '../../../lib/vending/serve-request.ts';
import { createVending, type Vending } from '../../../lib/vending/vending.ts';
import {
  FakeAuditLog,
  FakePolicy,
  FakeServer,
  FakeVerifier,
  TOKEN_CANARY,
  tokenRequest,
} from '../fake-ports.ts';
import type { Random } from '../random.ts';
import type { AdminDialect } from './admin-dialect.ts';
import { RotationWorld } from './rotation-world.ts';

const CALLERS = 10;
const NAME = 'checkout/orders-api';
/** Milliseconds: the longest delay before and after each call to a server or to AWS. */
const LONGEST_DELAY = 150;
/** Milliseconds: the longest time between two requests of a caller. */
const LONGEST_REST = 300;

/**
 * Ten callers of two processes of the vending function, and the rotation function. All of them share
 * one Secrets Manager and one authorization server, and each of their calls takes a random time.
 */
export class LoadedWorld {
  readonly rotating: RotationWorld;
  /** Outcome of each vend: `vended`, or the code of the error. */
  readonly outcomes: string[] = [];
  /** Milliseconds: the longest delay before and after each call of the rotation function. */
  pace = LONGEST_DELAY;
  readonly #random: Random;
  readonly #processes: Vending[] = [];
  #tokens = 0;
  #isOver = false;

  constructor(dialect: AdminDialect, random: Random) {
    this.#random = random;
    this.rotating = new RotationWorld(dialect);
    this.rotating.killing.turn = () => this.#delay(this.pace);
    this.rotating.secret.change('first-shared', { token_sharing: 'per_principal' });
    for (const process of [0, 1]) this.restart(process);
  }

  /** Replaces a process of the vending function by a new one, which has read nothing yet. */
  restart(process: number): void {
    this.#processes[process] = this.#open();
  }

  /** Runs `work` while the callers vend. Time is that of the fake clock. */
  async underLoad(work: () => Promise<void>): Promise<void> {
    const { clock } = this.rotating;
    const callers = Array.from({ length: CALLERS }, (_, number) => this.#call(number));
    let isDone = false;
    const all = (async () => {
      try {
        await work();
      } finally {
        this.#isOver = true;
      }
      await Promise.all(callers);
    })().finally(() => {
      isDone = true;
    });
    all.catch(() => undefined);
    while (!isDone) await clock.advance(50);
    await all;
  }

  async #call(number: number): Promise<void> {
    while (!this.#isOver) {
      const vending = this.#processes[number % 2] as Vending;
      const { status, body } = await serveRequest(vending, tokenRequest({}, `role-${number}`));
      const { code, access_token } = JSON.parse(body);
      this.outcomes.push(status === 200 ? 'vended' : String(code));
      // So that the next request needs a new token.
      if (status === 200) vending.tokens.drop(NAME, hash('sha256', access_token, 'hex'));
      await this.#delay(LONGEST_REST);
    }
  }

  async #delay(longest: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.rotating.clock.startTimer(this.#random.below(longest), resolve);
    await promise;
  }

  #open(): Vending {
    const { clock, secrets, dialect } = this.rotating;
    const read = secrets.store.read;
    return createVending(
      {
        clock,
        stopwatch: clock.now,
        policy: new FakePolicy(),
        audit: new FakeAuditLog(),
        metrics: { record: () => undefined },
        store: {
          read: async (id, stage) => {
            await this.#delay(LONGEST_DELAY);
            const stored = await read(id, stage);
            await this.#delay(LONGEST_DELAY);
            return stored;
          },
          list: async () => [],
        },
        server: this.#server(dialect),
        verifier: new FakeVerifier(),
        reportError: () => undefined,
      },
      {
        urls: { allowLoopbackHttp: false },
        listCredentials: false,
        budgets: { mints: 1_000_000, unknownNames: 1_000_000 },
        troubleshootingUrl: 'https://docs.example.com/troubleshooting',
      },
    );
  }

  #server(dialect: AdminDialect): FakeServer {
    const server = new FakeServer();
    const { issuer } = dialect;
    server.metadata = { issuer, token_endpoint: `${issuer}/token` };
    const requestToken = server.requestToken.bind(server);
    server.requestToken = async (call, grant) => {
      await this.#delay(LONGEST_DELAY);
      const isAccepted = dialect.accepts(call.document.authentication);
      this.#tokens += 1;
      server.token = isAccepted
        ? { access_token: `${TOKEN_CANARY}-${this.#tokens}`, expires_in: 3600 }
        : new VendError('credential_refused');
      // The result is that of this moment.
      const response = requestToken(call, grant);
      response.catch(() => undefined);
      await this.#delay(LONGEST_DELAY);
      return await response;
    };
    return server;
  }
}
