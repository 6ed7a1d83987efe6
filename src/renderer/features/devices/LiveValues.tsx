import { useTranslation } from 'react-i18next';
import type { DeviceStatus, Measurement } from '../../../contracts/devices.ts';
import { LIVE_FOR_MS } from '../vitals/tiles.ts';
import { useHostNow } from '../vitals/useHostNow.ts';
import { unitText, valueText } from '../vitals/values.ts';
import { flagWords, spanWords } from '../vitals/words.ts';
import { isFlowing } from './words.ts';

type LiveValuesProps = {
  readonly device: DeviceStatus;
  readonly measurements: readonly Measurement[];
  readonly hostNow: () => number | null;
  /** False: the host is away, and nothing is of now. */
  readonly connected: boolean;
};

/** The latest live value of each name, with all that is known of it. */
export function LiveValues({ device, measurements, hostNow, connected }: LiveValuesProps) {
  const { t, i18n } = useTranslation();
  const hostNowMs = useHostNow(hostNow);
  const live = measurements.filter(
    ({ deviceId, origin, name }) =>
      deviceId === device.deviceId && origin === 'live' && name !== 'electrodeImpedance',
  );
  if (live.length === 0) {
    return null;
  }
  const present = connected && (isFlowing(device) || device.state === 'ready');
  return (
    <section className="card facts" aria-label={t('technician.liveValues')}>
      <h3>{t('technician.liveValues')}</h3>
      <div className="table-frame">
        <table>
          <thead>
            <tr>
              <th>{t('technician.what')}</th>
              <th className="figure">{t('technician.value')}</th>
              <th>{t('technician.quality')}</th>
              <th>{t('technician.code')}</th>
              <th className="figure">{t('technician.age')}</th>
            </tr>
          </thead>
          <tbody>
            {live.map((one) => {
              const ageMs = hostNowMs === null ? null : Math.max(0, hostNowMs - one.hostTimeMs);
              const old = !present || ageMs === null || ageMs > LIVE_FOR_MS;
              return (
                <tr key={`${one.name}${one.site}`} className={old ? 'old' : one.quality}>
                  <td>
                    {t(`measurement.${one.name}`)}
                    {one.site === null ? '' : ` (${one.site})`}
                  </td>
                  <td className="figure">
                    {old ? <s>{valueText(one, i18n.language)}</s> : valueText(one, i18n.language)}{' '}
                    {unitText(one.unit)}
                  </td>
                  <td>{[t(`trust.${one.quality}`), ...flagWords(t, one)].join(' · ')}</td>
                  <td className="soft">{one.code}</td>
                  <td className="figure">
                    {ageMs === null ? t('common.unknown') : spanWords(t, ageMs)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
