// Draws the clip that stands for a camera in the demonstration and in tests, and writes it as Motion
// JPEG, which Chromium plays as a fake device. Everything in it is drawn here; it shows nobody.
//
//   node scripts/demoCamera.ts        writes resources/demo/camera.mjpeg
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const ROOT = path.resolve(import.meta.dirname, '..');
const OUT = path.join(ROOT, 'resources/demo/camera.mjpeg');
/** Three seconds of a slow breath at ten frames a second; Chromium repeats it. */
const FRAMES = 30;

/** Runs in the page. @returns one JPEG frame, base64. */
function drawFrame(phase: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const x = canvas.getContext('2d');
  if (x === null) {
    throw new Error('no canvas');
  }
  const breath = Math.sin(phase * 2 * Math.PI);
  const box = (
    fill: string | CanvasGradient,
    ...r: [number, number, number, number, number]
  ): void => {
    x.fillStyle = fill;
    x.beginPath();
    x.roundRect(...r);
    x.fill();
  };
  const disc = (fill: string, cx: number, cy: number, rx: number, ry: number): void => {
    x.fillStyle = fill;
    x.beginPath();
    x.ellipse(cx, cy, rx, ry, 0, 0, 2 * Math.PI);
    x.fill();
  };
  const wall = x.createLinearGradient(0, 0, 640, 480);
  wall.addColorStop(0, '#e9e3d7');
  wall.addColorStop(1, '#cfd8dc');
  box(wall, 0, 0, 640, 480, 0);
  box('#a9c6dc', 40, 40, 150, 170, 6);
  box('#d9ecf7', 48, 48, 64, 154, 3);
  box('#d9ecf7', 118, 48, 64, 154, 3);
  disc('#f7e3a6', 150, 84, 18, 18);
  box('#8fae8b', 48, 168, 64, 34, 3);
  box('#8fae8b', 118, 160, 64, 42, 3);
  box('#f8f6f1', 478, 56, 112, 86, 4);
  box('#c48f6a', 490, 68, 88, 62, 2);
  disc('#e6c8a4', 534, 104, 20, 20);
  box('#b8a58d', 0, 408, 640, 72, 0);
  box('#6f8494', 176, 150, 288, 300, 44);
  box('#7d93a3', 150, 292, 70, 158, 28);
  box('#7d93a3', 420, 292, 70, 158, 28);
  const lift = breath * 3;
  box('#5b7fa6', 214, 268 - lift, 212, 190 + lift, 62);
  box('#f3f1ec', 296, 262 - lift, 48, 44, 18);
  box('#d9a98a', 298, 232 - lift / 2, 44, 56, 20);
  disc('#e2b697', 320, 190 - lift / 2, 58, 70);
  x.fillStyle = '#e8e8ea';
  x.beginPath();
  x.ellipse(320, 152 - lift / 2, 62, 42, 0, Math.PI, 2 * Math.PI);
  x.fill();
  disc('#e8e8ea', 262, 168 - lift / 2, 14, 26);
  disc('#e8e8ea', 378, 168 - lift / 2, 14, 26);
  const blink = phase > 0.46 && phase < 0.54 ? 1 : 6;
  disc('#3f4a54', 298, 188 - lift / 2, 5, blink);
  disc('#3f4a54', 342, 188 - lift / 2, 5, blink);
  x.strokeStyle = '#7b5a4a';
  x.lineWidth = 3;
  x.lineCap = 'round';
  x.beginPath();
  x.moveTo(282, 172 - lift / 2);
  x.lineTo(306, 168 - lift / 2);
  x.moveTo(334, 168 - lift / 2);
  x.lineTo(358, 172 - lift / 2);
  x.stroke();
  x.beginPath();
  x.arc(320, 214 - lift / 2, 20, 0.25 * Math.PI, 0.75 * Math.PI);
  x.stroke();
  box('#b9cfe3', 170, 392, 300, 88, 24);
  box('#a5bfd6', 170, 392, 300, 20, 10);
  const second = phase * 2 * Math.PI;
  disc('#ffffff', 430, 96, 26, 26);
  x.strokeStyle = '#54606a';
  x.beginPath();
  x.arc(430, 96, 26, 0, 2 * Math.PI);
  x.moveTo(430, 96);
  x.lineTo(430 + 20 * Math.sin(second), 96 - 20 * Math.cos(second));
  x.stroke();
  box('rgba(22, 34, 46, 0.82)', 0, 440, 640, 40, 0);
  x.fillStyle = '#ffffff';
  x.font = '600 20px sans-serif';
  x.textAlign = 'center';
  x.fillText('IMAGE SIMULÉE  ·  SIMULATED IMAGE', 320, 467);
  return canvas.toDataURL('image/jpeg', 0.8).split(',')[1] ?? '';
}

const runtime = JSON.parse(readFileSync(path.join(ROOT, 'build/runtime.json'), 'utf8')) as {
  chromium: { binary: string };
};
const browser = await chromium.launch({
  executablePath: runtime.chromium.binary,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  const frames: Buffer[] = [];
  for (let frame = 0; frame < FRAMES; frame++) {
    frames.push(Buffer.from(await page.evaluate(drawFrame, frame / FRAMES), 'base64'));
  }
  mkdirSync(path.dirname(OUT), { recursive: true });
  writeFileSync(OUT, Buffer.concat(frames));
  process.stdout.write(`${OUT}: ${frames.length} frames\n`);
} finally {
  await browser.close();
}
