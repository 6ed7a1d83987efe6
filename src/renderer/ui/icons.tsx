type IconName =
  | 'camera'
  | 'cameraOff'
  | 'microphone'
  | 'microphoneOff'
  | 'link'
  | 'ruler'
  | 'pulse';

const SHAPES: Record<IconName, string> = {
  camera: 'M3 7h11v10H3zM14 10.5 20 7v10l-6-3.5z',
  cameraOff: 'M3 7h11v10H3zM14 10.5 20 7v10l-6-3.5zM3 3l18 18',
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  microphoneOff:
    'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4M3 3l18 18',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  ruler: 'M3 15 15 3l6 6L9 21zM7 11l2 2M10 8l3 3M13 5l2 2',
  pulse: 'M2 13h4l2-6 4 12 3-9 1.5 3H22',
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
