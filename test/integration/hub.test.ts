import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALLING_MAX_BYTES } from '../../src/contracts/signalling.ts';
import { createTokens } from '../../src/hub/tokens.ts';
import { startTestHub, type TestHub } from './hubClient.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const join = (token: string, peerId = 'p1') => ({ token, peerId, displayName: 'x' });

describe('joining', () => {
  it('gives the room, the role and who is there', async () => {
    const nurse = await hub.join('nurse', 'cart', 'joining');
    const physician = await hub.connect();
    const token = hub.token('physician', 'joining');
    const joined = await physician.value('join', join(token, 'doc'));
    expect(joined).toMatchObject({
      room: 'joining',
      role: 'physician',
      peers: [{ peerId: 'cart', role: 'nurse', displayName: 'nurse' }],
      producers: [],
      dataProducers: [],
    });
    expect(joined.routerRtpCapabilities).toMatchObject({
      codecs: expect.arrayContaining(
        ['audio/opus', 'video/VP8', 'video/H264'].map((mimeType) =>
          expect.objectContaining({ mimeType }),
        ),
      ),
    });
    expect(await nurse.notice('peerJoined')).toMatchObject({ peer: { peerId: 'doc' } });
    expect(await physician.value('leave', {})).toEqual({});
    expect(await nurse.notice('peerLeft')).toMatchObject({ peerId: 'doc' });
    expect(await physician.call('leave', {})).toMatchObject({
      fault: { code: 'SIGNALLING_NOT_JOINED' },
    });
  });

  it('answers a wrong token with its fault and nothing else', async () => {
    const client = await hub.connect();
    const foreign = createTokens({ secret: Buffer.alloc(32), now: Date.now, randomBytes });
    const forged = foreign.issue({ room: 'salle', role: 'nurse', lifetimeMs: 60_000 });
    const expired = hub.token('nurse', 'salle', 1);
    await delay(5);
    for (const [token, code] of [
      ['nonsense', 'TOKEN_INVALID'],
      [forged.ok ? forged.value : '', 'TOKEN_INVALID'],
      [expired, 'TOKEN_EXPIRED'],
    ] as const) {
      const answer = await client.call('join', join(token));
      expect(answer).toEqual({ id: expect.any(Number), ok: false, fault: { code } });
    }
    expect(await client.call('createTransport', { direction: 'send' })).toMatchObject({
      fault: { code: 'SIGNALLING_NOT_JOINED' },
    });
  });

  it('refuses a token for another room than the caller names', async () => {
    const client = await hub.connect();
    const input = { ...join(hub.token('physician', 'salle-a')), room: 'salle-b' };
    expect(await client.call('join', input)).toMatchObject({ fault: { code: 'ROOM_UNKNOWN' } });
  });

  it('refuses a role that has no part in a consultation', async () => {
    const client = await hub.connect();
    const answer = await client.call('join', join(hub.token('technician')));
    expect(answer).toMatchObject({ fault: { code: 'ROLE_FORBIDDEN' } });
  });

  it('does not let one role take the place of another', async () => {
    const nurse = await hub.join('nurse', 'cart', 'places');
    const thief = await hub.connect();
    const answer = await thief.call('join', join(hub.token('physician', 'places'), 'cart'));
    expect(answer).toMatchObject({ fault: { code: 'ROLE_FORBIDDEN' } });
    expect((await nurse.call('createTransport', { direction: 'send' })).ok).toBe(true);
  });

  it('keeps rooms apart', async () => {
    const here = await hub.join('nurse', 'cart', 'one');
    await hub.join('nurse', 'other-cart', 'two');
    const physician = await hub.connect();
    const joined = await physician.value('join', join(hub.token('physician', 'one'), 'doc'));
    expect(joined.peers).toHaveLength(1);
    await here.notice('peerJoined');
    expect(here.notices).toHaveLength(1);
  });

  it('repeated on one socket answers the same, with another peer id a fault', async () => {
    const client = await hub.join('nurse', 'cart', 'again');
    const token = hub.token('nurse', 'again');
    expect(await client.value('join', join(token, 'cart'))).toMatchObject({ room: 'again' });
    expect(await client.call('join', join(token, 'cart-2'))).toMatchObject({
      fault: { code: 'SIGNALLING_MALFORMED' },
    });
  });

  it('holds a room to its number of peers', async () => {
    const small = await startTestHub({ limits: { peersPerRoom: 1 } });
    try {
      await small.join('nurse', 'cart');
      const second = await small.connect();
      expect(await second.call('join', join(small.token('physician')))).toMatchObject({
        fault: { code: 'ROOM_FULL' },
      });
    } finally {
      await small.close();
    }
  });
});

describe('a client that misbehaves', () => {
  it('gets SIGNALLING_TOO_LARGE and is closed', async () => {
    const client = await hub.connect();
    client.send(`"${'x'.repeat(SIGNALLING_MAX_BYTES)}"`);
    expect(await client.closed).toBe(1009);
    expect(client.heard).toEqual([
      { id: null, ok: false, fault: { code: 'SIGNALLING_TOO_LARGE' } },
    ]);
  });

  it('is cut when it sends far more than that', async () => {
    const client = await hub.connect();
    client.send(Buffer.alloc(20 * SIGNALLING_MAX_BYTES));
    expect(await client.closed).toBe(1009);
  });

  it('gets a fault for each of a thousand malformed messages, and costs no one else', async () => {
    const peer = await hub.join('nurse', 'cart', 'malformed');
    const client = await hub.connect();
    const wrong = ['{', '[]', 'null', '{"id":"x"}', '{"id":9999}', '\u0000', '"x"', ''];
    for (let index = 0; index < 1000; index++) {
      const text = wrong[index % wrong.length] ?? '';
      client.send(index % 2 === 0 ? text : randomBytes(50));
    }
    const answer = await peer.call('createTransport', { direction: 'send' });
    expect(answer.ok).toBe(true);
    await client.until((message): message is typeof message => client.faults.length === 1000);
    // The bucket refills: whoever comes to reason is served again.
    await delay(100);
    expect(
      await client.value('join', join(hub.token('physician', 'malformed'), 'doc')),
    ).toBeTruthy();
    expect(client.faults).toHaveLength(1000);
    const codes = new Set(client.faults.map((fault) => (fault.ok ? '' : fault.fault.code)));
    expect([...codes].toSorted()).toEqual(['SIGNALLING_MALFORMED', 'SIGNALLING_RATE_LIMIT']);
    expect((await peer.call('createTransport', { direction: 'receive' })).ok).toBe(true);
  });

  it('is closed when it floods, and no one else is', async () => {
    const peer = await hub.join('nurse', 'cart', 'flood');
    const flooder = await hub.join('physician', 'doc', 'flood');
    for (let id = 100; id < 4000; id++) {
      flooder.send(JSON.stringify({ id, call: 'nothing', input: {} }));
    }
    expect(await flooder.closed).toBe(1008);
    expect(await peer.notice('peerLeft')).toMatchObject({ peerId: 'doc' });
    expect((await peer.call('createTransport', { direction: 'send' })).ok).toBe(true);
  });

  it('learns of an unknown call and of malformed input by their faults', async () => {
    const client = await hub.join('nurse', 'cart', 'calls');
    for (const [call, input, code] of [
      ['constructor', {}, 'SIGNALLING_UNKNOWN_CALL'],
      ['createTransport', { direction: 'sideways' }, 'SIGNALLING_MALFORMED'],
      ['connectTransport', { transportId: 'x', dtlsParameters: {} }, 'MEDIA_TRANSPORT_UNKNOWN'],
      ['resumeConsumer', { consumerId: 'x' }, 'MEDIA_CONSUMER_UNKNOWN'],
      ['closeProducer', { producerId: 'x' }, 'MEDIA_PRODUCER_UNKNOWN'],
    ] as const) {
      expect(await client.call(call, input)).toMatchObject({ fault: { code } });
    }
  });

  it('from a foreign page is not even connected', async () => {
    await expect(hub.connect({ origin: 'https://evil.example' })).rejects.toThrow('403');
    const own = await hub.connect({ origin: `https://127.0.0.1:${hub.hub.port}` });
    expect(own.socket.readyState).toBe(own.socket.OPEN);
  });

  it('never puts what it sent into the log', () => {
    const log = hub.logged.join('\n');
    expect(log).toContain('TOKEN_EXPIRED');
    expect(log).not.toMatch(/nonsense|displayName|xxxx|malformed"|eyJ/);
  });
});

describe('a socket', () => {
  let quick: TestHub;
  afterEach(() => quick.close());

  it('that does not join is dropped', async () => {
    quick = await startTestHub({ limits: { unjoinedFor: 150, pingEvery: 50 } });
    const client = await quick.connect();
    const peer = await quick.join('nurse', 'cart');
    expect(await client.closed).toBe(1008);
    expect(client.faults).toMatchObject([{ fault: { code: 'SIGNALLING_NOT_JOINED' } }]);
    expect((await peer.call('createTransport', { direction: 'send' })).ok).toBe(true);
  });

  it('that answers no ping is taken for dead, and its peer leaves', async () => {
    quick = await startTestHub({ limits: { deadAfter: 300, pingEvery: 100 } });
    const nurse = await quick.join('nurse', 'cart');
    const silent = await quick.connect({ autoPong: false });
    await silent.value('join', join(quick.token('physician'), 'doc'));
    expect(await nurse.notice('peerLeft')).toMatchObject({ peerId: 'doc' });
    expect(await silent.closed).toBe(1006);
    await delay(500);
    expect(nurse.socket.readyState).toBe(nurse.socket.OPEN);
  });

  it('is told when its token ends', async () => {
    quick = await startTestHub({ limits: { pingEvery: 50 } });
    const client = await quick.connect();
    await client.value('join', join(quick.token('nurse', 'salle', 300)));
    expect(await client.closed).toBe(4002);
    expect(client.notices).toEqual([{ notice: 'closing', reason: 'expired' }]);
  });
});
