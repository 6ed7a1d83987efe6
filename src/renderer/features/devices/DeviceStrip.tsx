import './devices.css';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import { Icon } from '../../ui/icons.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { DEVICE_TONES, deviceName, isFlowing, KIND_ICONS, troubleWords } from './words.ts';

type DeviceStripProps = {
  readonly devices: readonly DeviceStatus[];
  readonly names: Readonly<Record<string, string>>;
};

/** Every device at a glance: what it is, what it does, why it should not be trusted blindly. */
export function DeviceStrip({ devices, names }: DeviceStripProps) {
  const { t } = useTranslation();
  return (
    <section className="devices" aria-label={t('devices.title')}>
      {devices.length === 0 ? (
        <p className="card device soft">{t('devices.none')}</p>
      ) : (
        <ul className={devices.length > 1 ? 'several' : ''}>
          {devices.map((device) => (
            <li key={device.deviceId} className="card device">
              <DeviceFacts device={device} names={names} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function DeviceFacts({
  device,
  names,
}: Pick<DeviceStripProps, 'names'> & { readonly device: DeviceStatus }) {
  const { t } = useTranslation();
  const { identity, state, counts, caveats, kind } = device;
  const trouble = troubleWords(t, device);
  const caveat = caveats.includes('unverifiedFraming') ? t('caveat.unverifiedFraming') : '';
  return (
    <>
      <StateBadge tone={DEVICE_TONES[state]} text={t(`device.state.${state}`)} />
      <h2 title={t(`kind.${kind}`)}>
        <Icon name={KIND_ICONS[kind]} />
        <span className="one-line">{deviceName(device, names)}</span>
      </h2>
      <dl>
        <Fact name={t('devices.serial')} value={identity.serialNumber ?? t('devices.unknown')} />
        <Fact name={t('devices.firmware')} value={identity.firmware ?? t('devices.unknown')} />
        <Fact name={t('devices.lost')} value={t('common.number', { value: counts.lost })} />
      </dl>
      <p className={`device-quality ${trouble !== '' ? 'doubt' : ''}`}>
        {trouble === '' && isFlowing(device) ? t('quality.good') : trouble}
        {caveat === '' ? null : <span className="device-caveat">{caveat}</span>}
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
