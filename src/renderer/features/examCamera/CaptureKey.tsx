import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

type CaptureKeyProps = {
  /** As KeyboardEvent.code names it. */
  readonly captureKey: string;
  readonly onKey: (code: string) => void;
};

/** Keys that would take away the way around the window, or out of it. */
const RESERVED = new Set(['Tab', 'Escape', 'Enter', 'NumpadEnter', 'Space']);
const MODIFIER = /^(Shift|Control|Alt|Meta|CapsLock|Fn)/;

/** Which key takes a picture: an otoscope whose button types a key is taught by pressing it. */
export function CaptureKey({ captureKey, onKey }: CaptureKeyProps) {
  const { t } = useTranslation();
  const [learning, setLearning] = useState(false);
  useEffect(() => {
    if (!learning) {
      return undefined;
    }
    const learn = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (MODIFIER.test(event.code) || event.repeat) {
        return;
      }
      if (!RESERVED.has(event.code)) {
        onKey(event.code);
      }
      setLearning(false);
    };
    // Before every other listener: the key that is taught takes no picture.
    window.addEventListener('keydown', learn, { capture: true });
    return () => {
      window.removeEventListener('keydown', learn, { capture: true });
    };
  }, [learning, onKey]);
  return (
    <div className="exam-key">
      <p className="small soft" aria-live="polite">
        {learning ? t('examCamera.pressKey') : t('examCamera.keys', { key: captureKey })}
      </p>
      <button
        type="button"
        className="button"
        onClick={() => {
          setLearning(!learning);
        }}
      >
        {learning ? t('common.cancel') : t('examCamera.changeKey')}
      </button>
    </div>
  );
}
