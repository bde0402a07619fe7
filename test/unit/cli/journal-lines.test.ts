import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '../../../src/cli/client.js';
import { journalLines, type LinesWanted } from '../../../src/cli/journal-lines.js';
import { recordOf } from '../../support/fake-feed.js';
import { linesOf } from '../../support/records-source.js';

const lines = linesOf(Array.from({ length: 10 }, (_, index) => recordOf(index + 1, []))).map(
  ({ bytes }) => `${bytes.toString()}\n`,
);

let server: Server;
const asked: string[] = [];
/** What the service does with a request for lines. */
let serve: (response: ServerResponse, from: number, to: number) => void;

const head = (response: ServerResponse, to: number, origin = 'first'): void =>
  void response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'stageline-journal-to': to,
    'stageline-journal-origin': origin,
  });
const whole = (response: ServerResponse, from: number, to: number): void => {
  head(response, to);
  response.end(lines.slice(from - 1, to).join(''));
};

beforeEach(async () => {
  asked.length = 0;
  serve = whole;
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://service');
    asked.push(searchParams.toString());
    serve(response, Number(searchParams.get('from')), Number(searchParams.get('to') ?? 10));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => server.close());

async function read(wanted: LinesWanted = {}): Promise<string> {
  const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  let text = '';
  for await (const { line } of journalLines(client, wanted, { pauseMs: 1 }))
    text += `${line.bytes.toString()}\n`;
  return text;
}

describe('the journal over HTTP', () => {
  it('is read up to where it ended when it was asked for', async () => {
    expect(await read()).toBe(lines.join(''));
    expect(await read({ from: 4, to: 6 })).toBe(lines.slice(3, 6).join(''));
    expect(asked).toEqual(['from=1', 'from=4&to=6']);
  });

  it('is taken up again where it was cut, also in the middle of a line', async () => {
    serve = (response, from, to) => {
      if (from > 7) {
        whole(response, from, to);
        return;
      }
      head(response, to);
      response.write(lines.slice(from - 1, from + 2).join('') + (lines[from + 2] ?? '').slice(0, 50), () =>
        response.destroy(),
      );
    };
    expect(await read()).toBe(lines.join(''));
    expect(asked).toEqual(['from=1', 'from=4&to=10', 'from=7&to=10', 'from=10&to=10']);
  });

  it('is taken up again where it ended too soon', async () => {
    serve = (response, from, to) => {
      head(response, to);
      response.end(lines.slice(from - 1, Math.min(to, from + 4)).join(''));
    };
    expect(await read()).toBe(lines.join(''));
  });

  it('is given up where nothing comes', async () => {
    serve = (response, _from, to) => {
      head(response, to);
      response.end();
    };
    await expect(read()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('behind position 0') as unknown,
    });
    expect(asked).toHaveLength(5);
  });

  it('is not put together out of two journals', async () => {
    serve = (response, from, to) => {
      head(response, to, from === 1 ? 'first' : 'second');
      response.end(lines.slice(from - 1, from + 4).join(''));
    };
    await expect(read()).rejects.toThrow('another journal');
  });

  it('is followed hash for hash', async () => {
    serve = (response, from, to) => {
      head(response, to);
      response.end(
        lines
          .slice(from - 1, to)
          .map((line, index) => (index === 3 ? line.replace('"local"', '"mallory"') : line))
          .join(''),
      );
    };
    await expect(read()).rejects.toThrow('position 4 is not the record that position 5 follows');
  });
});
