import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token endpoint was asked. */
export interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** Status, body and headers. */
export interface IssuerReply {
  readonly status?: number;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An issuer of tokens on loopback. */
export interface FakeIssuer {
  readonly url: string;
  readonly asked: TokenRequest[];
  close(): Promise<void>;
}

export interface FakeIssuerOptions {
  readonly token: (request: TokenRequest, count: number) => IssuerReply | Promise<IssuerReply>;
  /** In the well-known document, beside issuer and token endpoint. */
  readonly metadata?: (url: string) => object;
}

/** Starts one: a well-known document, and a token endpoint that answers as the test says. */
export async function startFakeIssuer({ token, metadata }: FakeIssuerOptions): Promise<FakeIssuer> {
  const asked: TokenRequest[] = [];
  const reply = async (request: IncomingMessage): Promise<IssuerReply> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.url === '/.well-known/openid-configuration')
      return { body: { issuer: url, token_endpoint: `${url}/token`, ...metadata?.(url) } };
    if (request.url !== '/token') return { status: 404 };
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    asked.push({ form, authorization: request.headers.authorization });
    return token({ form, authorization: request.headers.authorization }, asked.length);
  };
  const server = createServer((request, response) => {
    void reply(request).then(({ status = 200, body = '', headers = {} }) =>
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
