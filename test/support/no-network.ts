import net from 'node:net';

// A unit test that uses the network has a bug: only connections to loopback are allowed.
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const [first] = args.flat() as [unknown];
  if (
    typeof first === 'object' &&
    first !== null &&
    'host' in first &&
    typeof first.host === 'string'
  ) {
    if (!LOOPBACK.test(first.host))
      throw new Error(`a test dialled ${first.host}: only loopback is allowed`);
  }
  return Reflect.apply(connect, this, args);
};
