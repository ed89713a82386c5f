import type { AuthorizationServer } from '../../../lib/grant/authorization-server.ts';
import type { TokenVerifier } from '../../../lib/grant/token-verifier.ts';

/** Counts the calls of ports that are under way: requests and cryptography take real time. */
export class UnderWay {
  #calls = 0;

  get isBusy(): boolean {
    return this.#calls > 0;
  }

  /** The same port, counted. */
  count<Port extends AuthorizationServer | TokenVerifier>(port: Port): Port {
    const counted = Object.entries(port).map(([name, call]) => [
      name,
      (...args: unknown[]) => {
        const result = call(...args);
        if (!(result instanceof Promise)) return result;
        this.#calls += 1;
        return result.finally(() => {
          this.#calls -= 1;
        });
      },
    ]);
    return Object.fromEntries(counted) as Port;
  }
}
