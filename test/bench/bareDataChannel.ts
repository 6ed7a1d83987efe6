import { chromium } from 'playwright-core';

/**
 * The floor under remote signals: one-way delay of blocks of `bytes` at `perSecond` over an ordered
 * data channel between two peers of one Chromium page, ms.
 */
export async function bareDataChannel(options: {
  readonly executable: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly perSecond: number;
}): Promise<number[]> {
  const browser = await chromium.launch({
    executablePath: options.executable,
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--allow-loopback-in-peer-connection',
      '--disable-background-networking',
      '--disable-quic',
    ],
  });
  try {
    const page = await browser.newPage();
    return await page.evaluate(measureInPage, options);
  } finally {
    await browser.close();
  }
}

async function measureInPage(options: {
  seconds: number;
  bytes: number;
  perSecond: number;
}): Promise<number[]> {
  const sender = new RTCPeerConnection();
  const receiver = new RTCPeerConnection();
  sender.addEventListener('icecandidate', ({ candidate }) => {
    void receiver.addIceCandidate(candidate);
  });
  receiver.addEventListener('icecandidate', ({ candidate }) => {
    void sender.addIceCandidate(candidate);
  });
  const channel = sender.createDataChannel('blocks');
  channel.binaryType = 'arraybuffer';
  const delays: number[] = [];
  receiver.addEventListener('datachannel', (event) => {
    event.channel.binaryType = 'arraybuffer';
    event.channel.addEventListener('message', ({ data }) => {
      delays.push(
        performance.now() - (new Float64Array(data as ArrayBuffer, 0, 1)[0] ?? Number.NaN),
      );
    });
  });
  const opened = new Promise<void>((resolve) => {
    channel.addEventListener('open', () => resolve());
  });
  const offer = await sender.createOffer();
  await sender.setLocalDescription(offer);
  await receiver.setRemoteDescription(offer);
  const answer = await receiver.createAnswer();
  await receiver.setLocalDescription(answer);
  await sender.setRemoteDescription(answer);
  await opened;
  const total = options.seconds * options.perSecond;
  const startedAt = performance.now();
  for (let sent = 0; sent < total; sent++) {
    const due = startedAt + (sent * 1000) / options.perSecond;
    while (performance.now() < due) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    const block = new ArrayBuffer(options.bytes);
    new Float64Array(block, 0, 1)[0] = performance.now();
    channel.send(block);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  sender.close();
  receiver.close();
  return delays;
}
