/** The signer of a request, as verified by the platform. The request itself chose nothing of it. */
export interface VerifiedIdentity {
  /** 12 digits: the account of the caller, not of the function. */
  readonly accountId: string;
  /** `userArn` of the event. */
  readonly arn: string;
  /** `AROA...:session`, `AIDA...` or the account id of root. */
  readonly userId: string;
  readonly accessKeyId: string | undefined;
  readonly organizationId: string | undefined;
}

/** A request from either shape of event. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query and without the stage of a REST API. */
  readonly path: string;
  /** Raw query string without `?`; empty if there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded bytes of the body as text; empty if there is none. */
  readonly body: string;
  readonly requestId: string;
  readonly sourceIp: string | undefined;
  /** Host of the request, as the platform states it. */
  readonly host: string;
  /** Absent if the platform verified no caller. */
  readonly identity: VerifiedIdentity | undefined;
  /** Why there is no identity, for operators. */
  readonly unidentified?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; empty if the response has no body. */
  readonly body: string;
}
