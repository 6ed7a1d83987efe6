// Records what Chromium's MediaRecorder makes of three seconds of a drawn picture, as the examination
// camera's panel asks for it: pieces of one second, no length and no index in the file.
//
//   node test/captures/media-recorder/record.ts [chromium]     writes vp8.webm and vp9.webm here
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const CODECS = ['vp8', 'vp9'] as const;

/** Runs in the page. @returns the recorded file, base64. */
async function record(codec: string): Promise<string> {
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 120;
  const context = canvas.getContext('2d');
  // With the interval of key frames, which the types do not know.
  const options = {
    mimeType: `video/webm;codecs=${codec}`,
    videoBitsPerSecond: 100_000,
    videoKeyFrameIntervalDuration: 1000,
  };
  const recorder = new MediaRecorder(canvas.captureStream(20), options);
  const pieces: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  recorder.start(1000);
  const began = performance.now();
  const draw = (): void => {
    const seconds = (performance.now() - began) / 1000;
    if (context !== null) {
      context.fillStyle = `hsl(${seconds * 90} 60% 45%)`;
      context.fillRect(0, 0, 160, 120);
      context.fillStyle = '#fff';
      context.fillRect(seconds * 50, 40, 30, 30);
    }
    if (seconds < 3) {
      requestAnimationFrame(draw);
    } else {
      recorder.stop();
    }
  };
  draw();
  await stopped;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

const executablePath = process.argv[2];
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
try {
  const page = await browser.newPage();
  for (const codec of CODECS) {
    const file = Buffer.from(await page.evaluate(record, codec), 'base64');
    writeFileSync(path.join(import.meta.dirname, `${codec}.webm`), file);
    console.info(`${codec}.webm: ${file.length} bytes, ${browser.version()}`);
  }
} finally {
  await browser.close();
}
