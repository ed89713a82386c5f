// esbuild puts these in the place of the globals in the function's bundle. The first use of the real
// ones loads undici: 60 ms of every cold start under Lambda's flags, and 10 MB.

/** The part of the Fetch standard's `Headers` that openid-client, oauth4webapi and jose use. */
export class Headers {
  readonly #values = new Map<string, string>();

  constructor(init: Headers | Readonly<Record<string, string>> | undefined = {}) {
    const entries = init instanceof Headers ? init.entries() : Object.entries(init);
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(callback: (value: string, name: string) => void): void {
    for (const [name, value] of this.#values) callback(value, name);
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return 'Headers';
  }
}

/**
 * The part of the Fetch standard's `Response` that openid-client, oauth4webapi and jose use. Its body
 * has been read from the network already.
 */
export class Response {
  readonly status: number;
  readonly headers: Headers;
  readonly #text: string;
  bodyUsed = false;

  constructor(
    body: string | null,
    init: { status?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.status = init.status ?? 200;
    this.headers = new Headers(init.headers);
    this.#text = body ?? '';
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get body(): null {
    return null;
  }

  clone(): Response {
    return new Response(this.#text, {
      status: this.status,
      headers: Object.fromEntries(this.headers),
    });
  }

  async text(): Promise<string> {
    if (this.bodyUsed) throw new TypeError('Body is unusable: it has been read');
    this.bodyUsed = true;
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  get [Symbol.toStringTag](): string {
    return 'Response';
  }
}
