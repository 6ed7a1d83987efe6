import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Fault, fault } from '../../../contracts/faults.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import type { StreamClient } from '../../media/streamClient.ts';
import { Icon } from '../../ui/icons.tsx';
import { ecgStream } from '../ecg/ecgStream.ts';
import type { CapturesModel } from './capturesModel.ts';

type EcgKeepProps = { readonly captures: CapturesModel; readonly stream: StreamClient };

/** 10 s is the ECG that is read on paper; 30 s where a rhythm is to be judged. */
const SPANS_S = [10, 30] as const;

type Kept =
  | { readonly state: 'none' | 'saving' }
  | { readonly state: 'kept'; readonly seconds: number }
  | { readonly state: 'failed'; readonly fault: Fault };

/** Keeps what was just seen of the ECG; the record holds it already, this names the moment. */
export function EcgKeep({ captures, stream }: EcgKeepProps) {
  const { t } = useTranslation();
  const { descriptors } = useObservable(stream);
  const [kept, setKept] = useState<Kept>({ state: 'none' });
  const ecg = ecgStream(descriptors);
  if (ecg === null) {
    return null;
  }
  const keep = async (seconds: number): Promise<void> => {
    // The moment of the touch, not that of an answer.
    const toMs = stream.hostTimeNow();
    if (toMs === null) {
      setKept({ state: 'failed', fault: fault('DEVICE_HOST_RESTARTED') });
      return;
    }
    setKept({ state: 'saving' });
    const done = await captures.keepEcg(ecg.streamId, toMs, seconds);
    setKept(done.ok ? { state: 'kept', seconds } : { state: 'failed', fault: done.fault });
  };
  return (
    <div className="ecg-keep">
      {SPANS_S.map((seconds) => (
        <button
          key={seconds}
          type="button"
          className="button"
          data-ecg-seconds={seconds}
          title={t('capture.ecgKeep', { seconds })}
          disabled={kept.state === 'saving'}
          onClick={() => void keep(seconds)}
        >
          <Icon name="pulse" />
          {t('capture.ecg', { seconds })}
        </button>
      ))}
      <p className={kept.state === 'failed' ? 'small form-problem' : 'unseen'} role="status">
        {wordsOf(kept)}
      </p>
    </div>
  );

  function wordsOf(now: Kept): string {
    switch (now.state) {
      case 'none':
        return '';
      case 'saving':
        return t('capture.ecgSaving');
      case 'kept':
        return t('capture.ecgKept', { seconds: now.seconds });
      case 'failed':
        return faultText(t, now.fault);
      default:
        return now satisfies never;
    }
  }
}
