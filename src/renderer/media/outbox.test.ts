import { describe, expect, it } from 'vitest';
import { createOutbox } from './outbox.ts';

function fakeChannel() {
  const sent: string[] = [];
  return {
    sent,
    readyState: 'connecting' as RTCDataChannelState,
    bufferedAmount: 0,
    send(message: string | Uint8Array) {
      sent.push(String(message));
      this.bufferedAmount += 100;
    },
  };
}

function fakeOutbox() {
  const counts = { sent: 0, dropped: 0 };
  const outbox = createOutbox<string>({
    maxBufferedBytes: 300,
    maxQueued: 4,
    onSent: () => {
      counts.sent += 1;
    },
    onDropped: () => {
      counts.dropped += 1;
    },
  });
  return { outbox, counts };
}

describe('an outbox', () => {
  it('holds back until the channel opens, in order', () => {
    const { outbox } = fakeOutbox();
    const channel = fakeChannel();
    outbox.push('a');
    outbox.attach(channel);
    outbox.push('b');
    expect(channel.sent).toEqual([]);
    channel.readyState = 'open';
    outbox.flush();
    outbox.push('c');
    expect(channel.sent).toEqual(['a', 'b', 'c']);
  });

  it('keeps the channel’s buffer short, drops the oldest and counts it', () => {
    const { outbox, counts } = fakeOutbox();
    const channel = fakeChannel();
    channel.readyState = 'open';
    outbox.attach(channel);
    for (let message = 0; message < 9; message++) {
      outbox.push(String(message));
    }
    expect(channel.sent).toEqual(['0', '1', '2']);
    expect(counts).toEqual({ sent: 3, dropped: 2 });
    channel.bufferedAmount = 0;
    outbox.flush();
    channel.bufferedAmount = 0;
    outbox.flush();
    expect(channel.sent).toEqual(['0', '1', '2', '5', '6', '7', '8']);
    expect(counts).toEqual({ sent: 7, dropped: 2 });
  });

  it('tells who waits when there is room, and when there never will be', async () => {
    const { outbox } = fakeOutbox();
    const channel = fakeChannel();
    const first = outbox.ready();
    channel.readyState = 'open';
    outbox.attach(channel);
    expect(await first).toBe(true);
    channel.bufferedAmount = 300;
    const second = outbox.ready();
    outbox.close();
    expect(await second).toBe(false);
    expect(await outbox.ready()).toBe(false);
    outbox.push('late');
    expect(channel.sent).toEqual([]);
  });
});
