import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import type { Sighting } from '../../../contracts/hostControl.ts';
import type { Plugged } from '../../app/deviceDesk.ts';
import { faultText } from '../../i18n/index.ts';
import { Icon } from '../../ui/icons.tsx';
import { addressText } from './words.ts';

type SightingListProps = {
  readonly plugged: Plugged;
  readonly devices: readonly DeviceStatus[];
  readonly onLook: () => void;
};

/** What else is plugged in. What no adapter knows is never written to, and says so. */
export function SightingList({ plugged, devices, onLook }: SightingListProps) {
  const { t } = useTranslation();
  const used = new Set(devices.map(({ address }) => addressText(address)));
  const others = plugged.sightings.filter(({ address }) => !used.has(addressText(address)));
  const faults = plugged.fault === null ? plugged.faults : [plugged.fault, ...plugged.faults];
  return (
    <section className="card device-list" aria-label={t('sightings.title')}>
      <header>
        <h2>{t('sightings.title')}</h2>
        <button type="button" className="button quiet" onClick={onLook}>
          {t('sightings.look')}
        </button>
      </header>
      {faults.map((one) => (
        <p key={`${one.code}${JSON.stringify(one.params)}`} className="device-trouble">
          {faultText(t, one)}
        </p>
      ))}
      {plugged.known && others.length === 0 ? <p className="soft">{t('sightings.none')}</p> : null}
      <ul>
        {others.map((sighting) => (
          <li key={addressText(sighting.address)} className="sighting">
            <SightingFacts sighting={sighting} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SightingFacts({ sighting }: { readonly sighting: Sighting }) {
  const { t } = useTranslation();
  const { manufacturer, product, vendorId, productId, serialNumber, address, candidates } =
    sighting;
  const name = [manufacturer, product].filter(Boolean).join(' ');
  const numbers = vendorId === null ? null : `${vendorId}:${productId ?? '????'}`;
  return (
    <>
      <Icon name="plug" />
      <span className="device-words">
        <strong>{name === '' ? t('sightings.nameless') : name}</strong>
        <span className="small soft number">
          {[numbers, addressText(address), serialNumber].filter(Boolean).join(' · ')}
        </span>
        <span className={`small ${candidates.length === 0 ? 'device-trouble' : 'soft'}`}>
          {candidates.length === 0
            ? t('sightings.unknown')
            : t('sightings.candidates', {
                adapters: candidates.map(({ adapterId }) => adapterId).join(', '),
              })}
        </span>
      </span>
    </>
  );
}
