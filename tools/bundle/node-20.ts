// Injected where a bundle must run on Node.js 20 (the command line, the thin providers): what the code uses of Node.js 22.

Promise.withResolvers ??= function withResolvers<T>() {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  let reject: (reason?: unknown) => void = () => undefined;
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
};

URL.parse ??= (url: string | URL, base?: string | URL) =>
  URL.canParse(String(url), base?.toString()) ? new URL(url, base) : null;
