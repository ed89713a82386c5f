/** Refusals that only the loopback endpoint has; all others are those of the endpoint and of the client. */
export const refusalTable = {
  client_unauthenticated: {
    status: 401,
    error: 'invalid_client',
    text: 'The client id or the client secret is missing, or belongs to another run.',
    advice:
      'Use the client id and the client secret that this run of token-vending wrote. They are new in each run and become invalid when the run ends.',
  },
  host_refused: {
    status: 421,
    error: 'invalid_request',
    text: 'The Host header does not name this endpoint.',
    advice: 'Use the token URL unchanged: 127.0.0.1 or localhost, with its port.',
  },
  user_refused: {
    status: 403,
    error: 'access_denied',
    text: 'The connection comes from another user of this machine.',
    advice: 'Connect as the user who runs token-vending.',
  },
} as const;

export type RefusalCode = keyof typeof refusalTable;

/** Thrown where a request is refused before anything is asked of the endpoint. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(refusalTable[code].text);
    this.code = code;
  }
}
