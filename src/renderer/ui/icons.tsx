export type IconName =
  | 'camera'
  | 'cameraOff'
  | 'microphone'
  | 'microphoneOff'
  | 'link'
  | 'ruler'
  | 'pulse'
  | 'monitor'
  | 'drop'
  | 'cuff'
  | 'breath'
  | 'scale'
  | 'thermometer'
  | 'heart'
  | 'stethoscope'
  | 'pedal'
  | 'plug'
  | 'check'
  | 'send'
  | 'record'
  | 'person';

const SHAPES: Record<IconName, string> = {
  camera: 'M3 7h11v10H3zM14 10.5 20 7v10l-6-3.5z',
  cameraOff: 'M3 7h11v10H3zM14 10.5 20 7v10l-6-3.5zM3 3l18 18',
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  microphoneOff:
    'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4M3 3l18 18',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  ruler: 'M3 15 15 3l6 6L9 21zM7 11l2 2M10 8l3 3M13 5l2 2',
  pulse: 'M2 13h4l2-6 4 12 3-9 1.5 3H22',
  monitor: 'M3 4h18v12H3zM8 20h8M12 16v4M6 11h3l1.5-3 2.5 5 1.5-2H18',
  drop: 'M12 3c4 5 6 7.6 6 11a6 6 0 0 1-12 0c0-3.4 2-6 6-11z',
  cuff: 'M4 4h9v13H4zM13 8h3a3 3 0 0 1 0 6M8.5 17v2a2 2 0 0 0 4 0M7 8h3M7 12h3',
  breath: 'M3 9h11a3 3 0 1 0-3-3M3 13h15a3 3 0 1 1-3 3M3 17h7',
  scale: 'M4 4h16v16H4zM8 8a6 6 0 0 1 8 0l-2 3h-4z',
  thermometer: 'M10 4a2 2 0 0 1 4 0v9a4 4 0 1 1-4 0zM12 9v8',
  heart: 'M12 20C5 15 3 11.5 3 8.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 9 1.5c0 3-2 6.5-9 11.5z',
  stethoscope: 'M5 3v6a5 5 0 0 0 10 0V3M10 14v2a5 5 0 0 0 9 2M20 15.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  pedal: 'M4 18h16M5 18l12-9 2 2.5-9 6.5M7 18v2M17 18v2',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  check: 'M4 12.5 9.5 18 20 6.5',
  send: 'M12 20V6M6 12l6-6 6 6M4 3h16',
  record: 'M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 20c1-4 4-6 8-6s7 2 8 6',
};

/** Decoration beside words; the words carry the meaning. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
