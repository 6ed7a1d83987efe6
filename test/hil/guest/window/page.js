// What the window does with the camera; main.js calls these and judges.
const video = document.querySelector('video');
const SQUARES = 16;

async function openCamera(product) {
  const before = await navigator.mediaDevices.getUserMedia({ video: true });
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const track of before.getTracks()) track.stop();
  const device = devices.find((each) => each.kind === 'videoinput' && each.label.includes(product));
  if (device === undefined) {
    return { labels: devices.map(({ kind, label }) => `${kind} ${label}`), opened: false };
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { deviceId: { exact: device.deviceId }, width: { ideal: 640 }, height: { ideal: 480 } },
  });
  video.srcObject = stream;
  await video.play();
  const [track] = stream.getVideoTracks();
  track.addEventListener('ended', () => {
    globalThis.endedAt = Date.now();
  });
  return { labels: [device.label], opened: true };
}

// The number that the picture shows, and the colour of its middle.
function lookAtPicture() {
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = new OffscreenCanvas(width, height);
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  drawing.drawImage(video, 0, 0);
  const at = (x, y) => [...drawing.getImageData(Math.floor(x), Math.floor(y), 1, 1).data];
  let number = 0;
  for (let square = 0; square < SQUARES; square += 1) {
    const [, green] = at(((square + 0.5) * width) / SQUARES, height - 16);
    number = number * 2 + (green > 120 ? 1 : 0);
  }
  return { width, height, number, middle: at(width / 2, height / 2) };
}

Object.assign(globalThis, { openCamera, lookAtPicture });
