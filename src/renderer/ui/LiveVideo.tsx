import { useEffect, useRef } from 'react';

type LiveVideoProps = {
  readonly stream: MediaStream | null;
  readonly muted: boolean;
  readonly mirrored: boolean;
  readonly label: string;
  /** The browser refused to start by itself: a person must ask for it. */
  readonly onBlocked?: () => void;
};

/** A live picture; it starts by itself as far as the browser lets it. */
export function LiveVideo({ stream, muted, mirrored, label, onBlocked }: LiveVideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) {
      return undefined;
    }
    element.srcObject = stream;
    if (stream !== null) {
      element.play().catch(() => onBlocked?.());
    }
    return () => {
      element.srcObject = null;
    };
  }, [stream, onBlocked]);
  useEffect(() => {
    if (video.current !== null) {
      video.current.muted = muted;
    }
  }, [muted]);
  return (
    <video
      ref={video}
      muted={muted}
      autoPlay
      playsInline
      className={mirrored ? 'mirrored' : ''}
      aria-label={label}
    />
  );
}
