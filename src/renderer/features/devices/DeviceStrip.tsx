import './devices.css';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import { faultText } from '../../i18n/index.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { DEVICE_TONES, deviceName, qualityWords } from './words.ts';

/** Every device at a glance: what it is, what it does, why it should not be trusted blindly. */
export function DeviceStrip({ devices }: { readonly devices: readonly DeviceStatus[] }) {
  const { t } = useTranslation();
  return (
    <section className="devices" aria-label={t('devices.title')}>
      {devices.length === 0 ? (
        <p className="card device soft">{t('devices.none')}</p>
      ) : (
        <ul>
          {devices.map((device) => (
            <li key={device.deviceId} className="card device">
              <DeviceFacts device={device} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function DeviceFacts({ device }: { readonly device: DeviceStatus }) {
  const { t } = useTranslation();
  const { identity, state, quality, counts, reason } = device;
  const doubts = qualityWords(t, quality);
  const flows = state === 'streaming' || state === 'degraded';
  return (
    <>
      <StateBadge tone={DEVICE_TONES[state]} text={t(`device.state.${state}`)} />
      <h2>{deviceName(device)}</h2>
      <dl>
        <Fact name={t('devices.serial')} value={identity.serialNumber ?? t('devices.unknown')} />
        <Fact name={t('devices.firmware')} value={identity.firmware ?? t('devices.unknown')} />
        <Fact name={t('devices.lost')} value={t('common.number', { value: counts.lost })} />
      </dl>
      <p className={`device-quality ${doubts.length > 0 || reason !== null ? 'doubt' : ''}`}>
        {reason === null
          ? doubts.length > 0
            ? doubts.join(' · ')
            : flows
              ? t('quality.good')
              : ''
          : faultText(t, reason)}
      </p>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="number">{value}</dd>
    </div>
  );
}
