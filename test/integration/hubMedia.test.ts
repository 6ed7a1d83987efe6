import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FINGERPRINT,
  type HubClient,
  startTestHub,
  type TestHub,
  vp8Parameters,
} from './hubClient.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(() => hub.close());

async function transport(client: HubClient, direction: 'send' | 'receive'): Promise<string> {
  const { transportId } = await client.value('createTransport', { direction });
  await client.value('connectTransport', { transportId, dtlsParameters: FINGERPRINT });
  return transportId;
}

const camera = (transportId: string, requestId = 'r1', ssrc = 1111) => ({
  requestId,
  transportId,
  kind: 'video',
  source: 'camera',
  rtpParameters: vp8Parameters(ssrc),
});

const stream = (transportId: string, requestId = 'r1', streamId = 0) => ({
  requestId,
  transportId,
  purpose: 'stream',
  streamId: 0,
  sctpStreamParameters: { streamId, ordered: true },
});

describe('a transport', () => {
  it('is told with ICE, DTLS and SCTP for blocks of 256 kB', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const made = await nurse.value('createTransport', { direction: 'send' });
    expect(made.iceParameters).toMatchObject({ iceLite: true });
    expect(made.sctpParameters).toMatchObject({ maxMessageSize: 256 * 1024 });
    expect(made.dtlsParameters).toMatchObject({
      fingerprints: expect.arrayContaining([expect.objectContaining({ algorithm: 'sha-256' })]),
    });
    const protocols = made.iceCandidates.map(({ protocol }) => protocol);
    expect(protocols).toEqual(['udp', 'tcp']);
    for (const candidate of made.iceCandidates) {
      expect(candidate).toMatchObject({ address: '127.0.0.1', port: hub.hub.mediaPort });
    }
  });

  it('is connected once: a repeat is answered, other parameters are refused', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const transportId = await transport(nurse, 'send');
    const again = { transportId, dtlsParameters: FINGERPRINT };
    expect(await nurse.value('connectTransport', again)).toEqual({});
    const other = { transportId, dtlsParameters: { ...FINGERPRINT, role: 'server' } };
    expect(await nurse.call('connectTransport', other)).toMatchObject({
      fault: { code: 'MEDIA_REJECTED' },
    });
    expect(await nurse.value('restartIce', { transportId })).toMatchObject({
      iceParameters: { usernameFragment: expect.any(String) },
    });
  });

  it('refuses DTLS parameters that make no sense', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const { transportId } = await nurse.value('createTransport', { direction: 'send' });
    for (const dtlsParameters of [
      {},
      { fingerprints: 7 },
      { fingerprints: [{ algorithm: 'x' }] },
    ]) {
      expect(await nurse.call('connectTransport', { transportId, dtlsParameters })).toMatchObject({
        fault: { code: 'MEDIA_REJECTED' },
      });
    }
  });

  it('is one of few: creating them for ever keeps the connected one of the other direction', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const physician = await hub.join('physician', 'doc');
    const sending = await transport(nurse, 'send');
    const { producerId } = await nurse.value('produce', camera(sending));
    for (let count = 0; count < 10; count++) {
      await nurse.value('createTransport', { direction: 'receive' });
    }
    expect(await nurse.value('produce', camera(sending))).toEqual({ producerId });
    expect(physician.notices.map(({ notice }) => notice)).toEqual(['producerAvailable']);
  });

  it('announces to physicians the outside address alone, to the cart the inside one', async () => {
    const both = await startTestHub({
      settings: {
        outside: { ip: '127.0.0.2', port: 0, announcedAddress: '203.0.113.7' },
      },
    });
    try {
      for (const [role, address, port] of [
        ['nurse', '127.0.0.1', both.hub.mediaPort],
        ['physician', '203.0.113.7', both.hub.outsidePort],
      ] as const) {
        const client = await both.join(role, role);
        const { iceCandidates } = await client.value('createTransport', { direction: 'receive' });
        const seen = iceCandidates.map((candidate) => [candidate['address'], candidate['port']]);
        expect(seen).toEqual([
          [address, port],
          [address, port],
        ]);
      }
    } finally {
      await both.close();
    }
  });
});

describe('a producer', () => {
  it('is announced, consumed paused, resumed, and its end is told', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const physician = await hub.join('physician', 'doc');
    const { producerId } = await nurse.value('produce', camera(await transport(nurse, 'send')));
    expect(await physician.notice('producerAvailable')).toEqual({
      notice: 'producerAvailable',
      producer: { producerId, peerId: 'cart', kind: 'video', source: 'camera' },
    });
    const late = await hub.connect();
    const joined = await late.value('join', {
      token: hub.token('physician'),
      peerId: 'late',
      displayName: '',
    });
    expect(joined.producers).toMatchObject([{ producerId }]);
    const consumed = await physician.value('consume', {
      transportId: await transport(physician, 'receive'),
      producerId,
      rtpCapabilities: joined.routerRtpCapabilities,
    });
    expect(consumed).toMatchObject({ kind: 'video' });
    const { consumerId } = consumed;
    expect(await physician.value('resumeConsumer', { consumerId })).toEqual({});
    expect(await nurse.value('closeProducer', { producerId })).toEqual({});
    expect(await physician.notice('producerClosed')).toMatchObject({ producerId });
    expect(await physician.call('resumeConsumer', { consumerId })).toMatchObject({
      fault: { code: 'MEDIA_CONSUMER_UNKNOWN' },
    });
  });

  it('is made once for one request, also when both arrive together', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const transportId = await transport(nurse, 'send');
    const [first, second] = await Promise.all([
      nurse.value('produce', camera(transportId)),
      nurse.value('produce', camera(transportId)),
    ]);
    expect(second).toEqual(first);
    const other = await nurse.value('produce', {
      ...camera(transportId, 'r2', 2222),
      rtpParameters: { ...vp8Parameters(2222), mid: '1' },
    });
    expect(other.producerId).not.toBe(first.producerId);
  });

  it('refuses parameters that mediasoup cannot read, and a receiving transport', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const transportId = await transport(nurse, 'send');
    for (const rtpParameters of [{}, { codecs: 'x' }, { ...vp8Parameters(1), codecs: [{}] }]) {
      expect(await nurse.call('produce', { ...camera(transportId), rtpParameters })).toMatchObject({
        fault: { code: 'MEDIA_REJECTED' },
      });
    }
    const receiving = await transport(nurse, 'receive');
    expect(await nurse.call('produce', camera(receiving))).toMatchObject({
      fault: { code: 'MEDIA_TRANSPORT_UNKNOWN' },
    });
  });

  it('cannot be consumed by whom no codec suits, nor from another room', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const { producerId } = await nurse.value('produce', camera(await transport(nurse, 'send')));
    const physician = await hub.join('physician', 'doc');
    const stranger = await hub.join('physician', 'doc', 'elsewhere');
    for (const [client, code] of [
      [physician, 'MEDIA_CANNOT_CONSUME'],
      [stranger, 'MEDIA_PRODUCER_UNKNOWN'],
    ] as const) {
      const transportId = await transport(client, 'receive');
      const rtpCapabilities = { codecs: [], headerExtensions: [] };
      const asked = { transportId, producerId, rtpCapabilities };
      expect(await client.call('consume', asked)).toMatchObject({ fault: { code } });
    }
  });

  it('is one of few', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const transportId = await transport(nurse, 'send');
    const codes: string[] = [];
    for (let index = 0; index < 9; index++) {
      const answer = await nurse.call('produce', {
        ...camera(transportId, `r${index}`),
        rtpParameters: { ...vp8Parameters(5000 + index), mid: String(index) },
      });
      codes.push(answer.ok ? 'ok' : answer.fault.code);
    }
    expect(codes).toEqual([...Array.from({ length: 8 }, () => 'ok'), 'MEDIA_REJECTED']);
  });
});

describe('a data producer', () => {
  it('is made once for one request and consumed in order, whatever was asked', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const physician = await hub.join('physician', 'doc');
    const transportId = await transport(nurse, 'send');
    const asked = { ...stream(transportId), sctpStreamParameters: { streamId: 0, ordered: false } };
    const { dataProducerId } = await nurse.value('produceData', asked);
    expect(await nurse.value('produceData', asked)).toEqual({ dataProducerId });
    expect(await physician.notice('dataProducerAvailable')).toMatchObject({
      dataProducer: { dataProducerId, peerId: 'cart', purpose: 'stream', streamId: 0 },
    });
    const consumed = await physician.value('consumeData', {
      transportId: await transport(physician, 'receive'),
      dataProducerId,
    });
    expect(consumed).toMatchObject({ label: 'stream', sctpStreamParameters: { ordered: true } });
    expect(consumed.sctpStreamParameters).not.toHaveProperty('maxPacketLifeTime');
    await nurse.value('closeProducer', { producerId: dataProducerId });
    expect(await physician.notice('dataProducerClosed')).toMatchObject({ dataProducerId });
    expect(physician.notices.map(({ notice }) => notice)).toEqual([
      'dataProducerAvailable',
      'dataProducerClosed',
    ]);
  });

  it('of a device is the cart’s alone; control talk is everyone’s', async () => {
    const physician = await hub.join('physician', 'doc');
    const transportId = await transport(physician, 'send');
    for (const [purpose, streamId] of [
      ['stream', 0],
      ['backfill', null],
    ] as const) {
      const asked = { ...stream(transportId), purpose, streamId };
      expect(await physician.call('produceData', asked)).toMatchObject({
        fault: { code: 'ROLE_FORBIDDEN' },
      });
    }
    const control = { ...stream(transportId), purpose: 'control', streamId: null };
    expect((await physician.call('produceData', control)).ok).toBe(true);
  });

  it('names its stream when it is one, and only then', async () => {
    const nurse = await hub.join('nurse', 'cart');
    const transportId = await transport(nurse, 'send');
    for (const [purpose, streamId] of [
      ['stream', null],
      ['control', 3],
    ] as const) {
      const asked = { ...stream(transportId), purpose, streamId };
      expect(await nurse.call('produceData', asked)).toMatchObject({
        fault: { code: 'SIGNALLING_MALFORMED' },
      });
    }
  });
});

describe('a peer that comes back', () => {
  it('replaces its former connection, and the others see that in an order to recover by', async () => {
    const physician = await hub.join('physician', 'doc');
    const before = await hub.join('nurse', 'cart');
    const sending = await transport(before, 'send');
    const first = await before.value('produceData', stream(sending));
    await before.value('produce', camera(sending));
    const after = await hub.connect();
    const joined = await after.value('join', {
      token: hub.token('nurse'),
      peerId: 'cart',
      displayName: 'nurse',
    });
    expect(joined).toMatchObject({ peers: [{ peerId: 'doc' }], producers: [], dataProducers: [] });
    expect(await before.closed).toBe(4001);
    expect(before.notices).toEqual([{ notice: 'closing', reason: 'replaced' }]);
    const again = await after.value('produceData', stream(await transport(after, 'send')));
    expect(again.dataProducerId).not.toBe(first.dataProducerId);
    await physician.until(
      (message): message is typeof message =>
        'notice' in message &&
        message.notice === 'dataProducerAvailable' &&
        message.dataProducer.dataProducerId === again.dataProducerId,
    );
    const order = physician.notices.map(({ notice }) => notice);
    expect(order.slice(0, 3)).toEqual(['peerJoined', 'dataProducerAvailable', 'producerAvailable']);
    expect(order.slice(3, 5).toSorted()).toEqual(['dataProducerClosed', 'producerClosed']);
    expect(order.slice(5)).toEqual(['peerLeft', 'peerJoined', 'dataProducerAvailable']);
  });

  it('finds the room again after its last peer left', async () => {
    for (let count = 0; count < 3; count++) {
      const nurse = await hub.join('nurse', 'cart');
      expect((await nurse.call('createTransport', { direction: 'send' })).ok).toBe(true);
      nurse.socket.close();
      await nurse.closed;
    }
    const both = await Promise.all([hub.join('nurse', 'cart'), hub.join('physician', 'doc')]);
    expect(both.flatMap((client) => client.notices.map(({ notice }) => notice))).toEqual([
      'peerJoined',
    ]);
  });
});
