import { useEffect, useState } from 'react';

/** @returns an address of the bytes for as long as they are shown; null: there are none. */
export function useObjectUrl(
  bytes: Uint8Array<ArrayBuffer> | null,
  mediaType: string,
): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (bytes === null) {
      setUrl(null);
      return undefined;
    }
    const made = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
    };
  }, [bytes, mediaType]);
  return url;
}
