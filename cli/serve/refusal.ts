/** Refusals that only the loopback endpoint has; all others are those of the endpoint and of the client. */
export const refusalTable = {
  client_unauthenticated: {
    status: 401,
    error: 'invalid_client',
    text: 'The client id and secret are missing, or are not those of this run.',
    advice:
      'Take both from what this run of token-vending wrote; they are new in every run, and dead when it ends.',
  },
  host_refused: {
    status: 421,
    error: 'invalid_request',
    text: 'The Host header does not name this endpoint.',
    advice: 'Use the token URL as it was given: 127.0.0.1 or localhost, with its port.',
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
