/** The errors that only the loopback endpoint has. All others come from the vending endpoint or the client. */
export const loopbackErrorTable = {
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

export type LoopbackErrorCode = keyof typeof loopbackErrorTable;

/** Rejects a request before anything is sent to the vending endpoint. */
export class LoopbackError extends Error {
  override readonly name = 'LoopbackError';
  readonly code: LoopbackErrorCode;

  constructor(code: LoopbackErrorCode) {
    super(loopbackErrorTable[code].text);
    this.code = code;
  }
}
