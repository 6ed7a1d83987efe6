import { useTranslation } from 'react-i18next';
import type { DeviceStatus, Measurement } from '../../../contracts/devices.ts';
import { dateText, unitText, valueText } from '../vitals/values.ts';
import { flagWords } from '../vitals/words.ts';

type ReadingsProps = {
  readonly device: DeviceStatus;
  readonly measurements: readonly Measurement[];
};

/** What the device had stored, newest first, by its own date and by the corrected one. */
export function StoredReadings({ device, measurements }: ReadingsProps) {
  const { t, i18n } = useTranslation();
  const stored = measurements
    .filter(({ deviceId, origin }) => deviceId === device.deviceId && origin === 'stored')
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  if (stored.length === 0) {
    return <p className="soft">{t('technician.noReadings')}</p>;
  }
  return (
    <section className="card facts" aria-label={t('technician.readings')}>
      <h3>{t('technician.readingsCount', { value: stored.length })}</h3>
      <div className="table-frame tall">
        <table>
          <thead>
            <tr>
              <th>{t('technician.deviceDate')}</th>
              <th>{t('technician.date')}</th>
              <th>{t('technician.what')}</th>
              <th className="figure">{t('technician.value')}</th>
              <th>{t('technician.quality')}</th>
            </tr>
          </thead>
          <tbody>
            {stored.map((one) => (
              <tr
                key={`${one.reading}/${one.name}/${one.site}/${one.time}`}
                className={one.quality}
              >
                <td className="number">
                  {one.deviceTime === null
                    ? t('devices.unknown')
                    : dateText(one.deviceTime, i18n.language)}
                </td>
                <td className="number">
                  {one.deviceTime !== null && one.clockOffsetMs === null
                    ? t('technician.notCompared')
                    : dateText(one.time, i18n.language)}
                </td>
                <td>{t(`measurement.${one.name}`)}</td>
                <td className="figure">
                  {valueText(one, i18n.language)} {unitText(one.unit)}
                </td>
                <td>{[t(`trust.${one.quality}`), ...flagWords(t, one)].join(' · ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The last impedance test, electrode by electrode. */
export function Impedances({ device, measurements }: ReadingsProps) {
  const { t, i18n } = useTranslation();
  const tested = measurements.filter(
    ({ deviceId, name }) => deviceId === device.deviceId && name === 'electrodeImpedance',
  );
  if (tested.length === 0) {
    return null;
  }
  return (
    <section className="card facts" aria-label={t('technician.impedances')}>
      <h3>{t('technician.impedances')}</h3>
      <div className="table-frame">
        <table>
          <thead>
            <tr>
              <th>{t('technician.electrode')}</th>
              <th className="figure">{t('technician.value')}</th>
              <th>{t('technician.quality')}</th>
              <th>{t('technician.measuredAt')}</th>
            </tr>
          </thead>
          <tbody>
            {tested.map((one) => (
              <tr key={one.site} className={one.quality}>
                <td>{one.site ?? t('common.unknown')}</td>
                <td className="figure">
                  {valueText(one, i18n.language)} {unitText(one.unit)}
                </td>
                <td>{[t(`trust.${one.quality}`), ...flagWords(t, one)].join(' · ')}</td>
                <td className="number">{dateText(one.time, i18n.language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
