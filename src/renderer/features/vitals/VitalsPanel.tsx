import './vitals.css';
import { useTranslation } from 'react-i18next';
import type { DeviceStatus, Measurement } from '../../../contracts/devices.ts';
import { deviceName } from '../devices/words.ts';
import { type VitalTile, vitalTiles } from './tiles.ts';
import { useHostNow } from './useHostNow.ts';
import { unitText, valueText } from './values.ts';
import { ageWords, doubtWords } from './words.ts';

type VitalsPanelProps = {
  readonly measurements: readonly Measurement[];
  readonly statuses: readonly DeviceStatus[];
  /** What a technician calls the devices. */
  readonly names: Readonly<Record<string, string>>;
  /** The host's monotonic clock, ms. */
  readonly hostNow: () => number | null;
  /** False: what is shown came before the host, or the link, was lost. */
  readonly connected: boolean;
};

/** The newest values, each with unit, source, age and what is to be thought of it. */
export function VitalsPanel({ hostNow, names, ...input }: VitalsPanelProps) {
  const { t } = useTranslation();
  const hostNowMs = useHostNow(hostNow);
  const tiles = vitalTiles({ ...input, hostNowMs });
  if (tiles.length === 0) {
    return null;
  }
  return (
    <section className="vitals" aria-label={t('vitals.title')}>
      <ul>
        {tiles.map((tile) => (
          <li key={tile.key} className={`card vital ${tile.freshness} ${tile.trust}`}>
            <Tile tile={tile} names={names} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tile({ tile, names }: { readonly tile: VitalTile } & Pick<VitalsPanelProps, 'names'>) {
  const { t, i18n } = useTranslation();
  const { main, device } = tile;
  const doubts = doubtWords(t, tile);
  const { manufacturer, model } = main.device;
  const source = device === null ? `${manufacturer} ${model}` : deviceName(device, names);
  return (
    <>
      <h3>{t(`vital.${main.name}`)}</h3>
      <p className={`vital-value number ${tile.second === null ? '' : 'pair'}`}>
        <Figure tile={tile} locale={i18n.language} /> <small>{unitText(main.unit)}</small>
      </p>
      {tile.beside.length === 0 ? null : (
        <p className="vital-beside number">
          {tile.beside
            .map(
              (one) =>
                `${t(`measurement.${one.name}`)} ${valueText(one, i18n.language)} ${unitText(one.unit)}`,
            )
            .join(' · ')}
        </p>
      )}
      {doubts.length === 0 ? null : <p className="vital-doubt">{doubts.join(' · ')}</p>}
      <p className="vital-source number" title={source}>
        <strong>{ageWords(t, tile, i18n.language)}</strong> · {source}
      </p>
    </>
  );
}

/** What is not of now is struck through: the figure itself must say so, not only the words below. */
function Figure({ tile, locale }: { readonly tile: VitalTile; readonly locale: string }) {
  const { main, second, freshness } = tile;
  const value = valueText(main, locale);
  const text = second === null ? value : `${value}/${valueText(second, locale)}`;
  return freshness === 'gone' || freshness === 'stale' ? <s>{text}</s> : <strong>{text}</strong>;
}
