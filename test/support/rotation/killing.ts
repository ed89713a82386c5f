/** The process of a rotation was killed. */
export class Killed extends Error {}

/** Kills a process that works with ports: after a call, it calls nothing any more. */
export class Killing {
  /** Calls of ports so far. */
  calls = 0;
  /** The call after which the process is killed. It is carried out. */
  at: number | undefined;
  /** Runs before each call is carried out. */
  beside: (call: number) => void = () => undefined;
  /** Awaited before and after each call is carried out. */
  turn: () => Promise<void> = async () => undefined;
  /** How often the process was killed. */
  kills = 0;
  #isDead = false;

  /** The port as the process sees it. */
  port<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const method = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (this.#isDead) throw new Killed();
          this.calls += 1;
          const call = this.calls;
          await this.turn();
          this.beside(call);
          const result = await method.apply(target, args);
          await this.turn();
          if (this.at !== call) return result;
          this.#isDead = true;
          this.kills += 1;
          throw new Killed();
        };
      },
    });
  }

  /** Runs a step. If it is killed, Secrets Manager runs it again in a new process. */
  async survive(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!this.#isDead) throw error;
    }
    // Also if its last call killed it: nobody gets the response of a dead process.
    if (!this.#isDead) return;
    this.#isDead = false;
    await step();
  }
}
