import { useTranslation } from 'react-i18next';
import { useObservable } from '../../app/useObservable.ts';
import type { Observable } from '../../media/observable.ts';
import type { SoundState } from './stethoscope.ts';

/** Bottom of the scale: below it is what a converter of 16 bits whispers by itself. */
const FLOOR_DBFS = -80;

/** Peak and RMS against full scale, and whether the sound was ever cut there. */
export function LevelBars({ sound }: { readonly sound: Observable<SoundState | null> }) {
  const { t } = useTranslation();
  const level = useObservable(sound)?.level ?? null;
  const clipped = level?.clipped ?? 0;
  return (
    <div className="sound-levels">
      <Bar name={t('stethoscope.peak')} dbfs={level?.peakDbfs ?? null} />
      <Bar name={t('stethoscope.rms')} dbfs={level?.rmsDbfs ?? null} />
      <p className={`sound-clip small ${clipped > 0 ? 'cut' : ''}`} role="status">
        {clipped > 0 ? t('stethoscope.clipped') : t('stethoscope.notClipped')}
      </p>
    </div>
  );
}

function Bar({ name, dbfs }: { readonly name: string; readonly dbfs: number | null }) {
  const { t } = useTranslation();
  const shown = Math.max(FLOOR_DBFS, dbfs ?? FLOOR_DBFS);
  const words =
    dbfs === null ? t('stethoscope.nothing') : t('stethoscope.dbfs', { value: Math.round(dbfs) });
  return (
    <div className="sound-bar">
      <span>{name}</span>
      <meter
        aria-label={name}
        min={FLOOR_DBFS}
        max={0}
        high={-3}
        value={shown}
        aria-valuetext={words}
      />
      <span className="number">{words}</span>
    </div>
  );
}
