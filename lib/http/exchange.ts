import type http from 'node:http';
import { decodeBody } from './content-coding.ts';
import { TransportError } from './transport-error.ts';

/** What arrived, with the body decoded. */
export interface Arrived {
  readonly message: http.IncomingMessage;
  readonly body: string;
}

/**
 * Waits for the response to a request that was sent. It settles whatever the other side does: Node.js
 * itself reports some ends, such as a switch of protocols, by `close` alone.
 *
 * @param limit bytes of the body, before and after decoding
 * @param signal ends the exchange, also while Node.js reports nothing
 * @throws TransportError, or an error of Node.js; the `reason` of `signal`
 */
export async function awaitResponse(
  outgoing: http.ClientRequest,
  limit: number,
  signal: AbortSignal,
): Promise<Arrived> {
  const { promise, resolve, reject } = Promise.withResolvers<Arrived>();
  const fail = (error: unknown) => {
    outgoing.destroy();
    reject(error);
  };
  const leave = () => fail(signal.reason);
  let responded = false;
  outgoing
    .on('response', (message) => {
      responded = true;
      // 101 without the protocol that it switches to.
      if (Number(message.statusCode) < 200)
        return fail(new TransportError('response_unreadable', 'another protocol'));
      readBody(message, limit).then((body) => resolve({ message, body }), fail);
    })
    .on('upgrade', (_, socket) => {
      socket.destroy();
      fail(new TransportError('response_unreadable', 'another protocol'));
    })
    .on('error', fail)
    // After a response, reading its body reports the end of the connection.
    .on('close', () => responded || fail(new TransportError('connection_failed', 'closed')));
  signal.addEventListener('abort', leave);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function readBody(message: http.IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit)
      throw new TransportError('response_too_large', `larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  const coding = message.headers['content-encoding'];
  return (await decodeBody(Buffer.concat(chunks), coding, limit)).toString();
}
