// Functions of Node.js 22 that the code uses, for bundles that must run on Node.js 20.

/** `Promise.withResolvers` of ECMAScript 2024. */
export function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  let reject: (reason?: unknown) => void = () => undefined;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

/** `URL.parse` of the WHATWG URL Standard. */
export function parseUrl(url: string | URL, base?: string | URL): URL | null {
  return URL.canParse(String(url), base?.toString()) ? new URL(url, base) : null;
}
