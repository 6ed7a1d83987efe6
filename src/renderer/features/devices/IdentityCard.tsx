import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import { addressText } from './words.ts';

type Row = readonly [name: string, value: string];

/** Which device, which firmware, which calibration, which clock: what a number came from. */
export function IdentityCard({ device }: { readonly device: DeviceStatus }) {
  const { t } = useTranslation();
  return (
    <div className="facts-cards">
      <Facts title={t('technician.identity')} rows={identityRows(t, device)} />
      <Facts title={t('technician.trust')} rows={trustRows(t, device)}>
        {device.caveats.length === 0 ? null : (
          <ul className="caveats">
            {[...new Set(device.caveats)].map((caveat) => (
              <li key={caveat}>{t(`caveat.${caveat}`)}</li>
            ))}
          </ul>
        )}
      </Facts>
      <Facts title={t('technician.counts')} rows={countRows(t, device)} />
    </div>
  );
}

function Facts(props: {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly children?: React.ReactNode;
}) {
  return (
    <section className="card facts" aria-label={props.title}>
      <h3>{props.title}</h3>
      <dl>
        {props.rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
      {props.children}
    </section>
  );
}

function identityRows(t: TFunction, { identity, address, binding }: DeviceStatus): Row[] {
  const unknown = t('devices.unknown');
  return [
    [t('technician.manufacturer'), identity.manufacturer],
    [t('technician.model'), identity.model],
    [t('devices.serial'), identity.serialNumber ?? unknown],
    [t('devices.firmware'), identity.firmware ?? unknown],
    [t('technician.adapter'), `${identity.adapterId} ${identity.adapterVersion}`],
    [t('technician.address'), addressText(address)],
    ...(binding === null ? [] : [[t('technician.binding'), binding] as const]),
  ];
}

function trustRows(t: TFunction, { calibration, clock, deviceClock }: DeviceStatus): Row[] {
  const due =
    calibration.dueDate === null ? '' : t('calibrationState.due', { date: calibration.dueDate });
  const drift =
    clock === null
      ? t('technician.notYet')
      : t('technician.drift', {
          ppm: clock.driftPpm,
          confidence: clock.confidencePpm,
          seconds: clock.observedSeconds,
        });
  return [
    [t('technician.calibration'), `${t(`calibrationState.${calibration.state}`)}${due}`],
    [t('technician.clockDrift'), drift],
    [t('technician.deviceClock'), deviceClockWords(t, deviceClock)],
  ];
}

function deviceClockWords(t: TFunction, clock: DeviceStatus['deviceClock']): string {
  if (clock === null) {
    return t('technician.noClock');
  }
  const offset = t('technician.offset', { value: clock.offsetMs / 1000 });
  return clock.set ? `${offset} · ${t('technician.clockWasSet')}` : offset;
}

function countRows(t: TFunction, { counts }: DeviceStatus): Row[] {
  const number = (value: number): string => t('common.number', { value });
  return [
    [t('technician.samples'), number(counts.samples)],
    [t('devices.lost'), number(counts.lost)],
    [t('technician.badFrames'), number(counts.badFrames)],
    [t('technician.measurements'), number(counts.measurements)],
    [t('technician.reconnects'), number(counts.reconnects)],
  ];
}
