import {
  isNowhere,
  MAX_FRAME_BYTES,
  MAX_PAYLOAD_BYTES,
  readMessage,
  readReceipt,
  sendFrame,
} from '../../../src/adapters/pulsar-ws/frames.js';
import { endpointUrl } from '../../../src/adapters/pulsar-ws/url.js';

describe('frames of the WebSocket API', () => {
  it('know the id −1:−1 from others', () => {
    expect(isNowhere('CP///////////wEQ////////////ATAA')).toBe(true);
    expect(isNowhere('CP///////////wEQ////////////AQ==')).toBe(true);
    expect(isNowhere('CAcQAiAAMAE=')).toBe(false);
    expect(isNowhere('')).toBe(false);
  });

  it('leave 64 KiB for key and properties beside the largest payload', () => {
    const frame = sendFrame({ payload: Buffer.alloc(MAX_PAYLOAD_BYTES) }, '1');
    expect(MAX_FRAME_BYTES - frame.length).toBeGreaterThan(64 * 1024 - 100);
  });

  it('carry key and properties only where there are some', () => {
    expect(JSON.parse(sendFrame({ payload: Buffer.from('x') }, '7'))).toEqual({
      payload: 'eA==',
      context: '7',
    });
    expect(JSON.parse(sendFrame({ payload: Buffer.alloc(0), key: '', properties: { a: 'ü' } }, '8'))).toEqual(
      { payload: '', key: '', properties: { a: 'ü' }, context: '8' },
    );
  });

  it('are read as receipts and refusals', () => {
    expect(readReceipt('{"result":"ok","messageId":"AA==","context":"1"}')).toEqual({
      context: '1',
      messageId: 'AA==',
    });
    expect(readReceipt('{"result":"send-error:3","errorMsg":"no","context":"2"}')).toEqual({
      context: '2',
      refusal: 'no',
    });
    expect(readReceipt('{"result":"send-error:1"}')).toEqual({ context: undefined, refusal: 'send-error:1' });
    expect(readReceipt('{}')).toBeUndefined();
    expect(readReceipt('nonsense')).toBeUndefined();
    expect(readReceipt('null')).toBeUndefined();
  });

  it('are read as messages, with the publish time in milliseconds', () => {
    const frame = {
      messageId: 'CAc=',
      payload: 'AP8=',
      properties: { a: 'b' },
      publishTime: '2026-11-22T10:11:12.345+01:00',
      key: 'k',
    };
    expect(readMessage(JSON.stringify(frame))).toEqual({
      id: 'CAc=',
      payload: Buffer.from([0, 255]),
      key: 'k',
      properties: { a: 'b' },
      publishTime: Date.UTC(2026, 10, 22, 9, 11, 12, 345),
    });
    expect(readMessage('{"endOfTopic":false}')).toBeUndefined();
  });
});

describe('addresses of the WebSocket API', () => {
  const endpoint = {
    role: 'consumer',
    topic: 'persistent://t/ns/größe+1',
    subscription: 'a b/c',
    parameters: { subscriptionType: 'Key_Shared', priorityLevel: undefined, receiverQueueSize: 10 },
  } as const;
  const path =
    '/ws/v2/consumer/persistent/t/ns/gr%C3%B6%C3%9Fe%2B1/a%20b%2Fc?subscriptionType=Key_Shared&receiverQueueSize=10';

  it.each(['ws://host:8080', 'ws://host:8080/', 'ws://host:8080/ws', 'ws://host:8080/ws/v2/'])(
    'are the same whether the base is %s or another',
    (base) => {
      expect(endpointUrl(base, endpoint)).toBe(`ws://host:8080${path}`);
    },
  );

  it('carry a message id that has + and / and =', () => {
    const url = endpointUrl('ws://h', {
      role: 'reader',
      topic: 'non-persistent://t/n/x',
      parameters: { messageId: 'C+/8=' },
    });
    expect(url).toBe('ws://h/ws/v2/reader/non-persistent/t/n/x?messageId=C%2B%2F8%3D');
    expect(endpointUrl('ws://h', { role: 'producer', topic: 'persistent://t/n/x', parameters: {} })).toBe(
      'ws://h/ws/v2/producer/persistent/t/n/x',
    );
  });
});
