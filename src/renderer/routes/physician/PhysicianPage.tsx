import './physician.css';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../contracts/settings.ts';
import type { PhysicianModel } from '../../app/physicianModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { JoinScreen } from '../../features/call/JoinScreen.tsx';
import { LinkFigures } from '../../features/call/LinkFigures.tsx';
import { EcgPanel } from '../../features/ecg/EcgPanel.tsx';
import { ecgStream } from '../../features/ecg/ecgStream.ts';
import { ScreenCalibration } from '../../features/settings/ScreenCalibration.tsx';
import { VitalsPanel } from '../../features/vitals/VitalsPanel.tsx';
import type { PhysicianCallState } from '../../media/callState.ts';
import type { PhysicianCall } from '../../media/physicianCall.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { PatientPicture } from './PatientPicture.tsx';
import { PhysicianHeader } from './PhysicianHeader.tsx';

/** The physician's page: the room, the ECG, and how far both can be relied upon. */
export function PhysicianPage({ model }: { readonly model: PhysicianModel }) {
  const settings = useObservable(model.settings);
  if (model.call === null) {
    return model.fault === null ? null : (
      <JoinScreen
        fault={model.fault}
        locale={settings.locale}
        onLocale={(locale) => {
          model.setSettings({ ...settings, locale });
        }}
        onRetry={reload}
      />
    );
  }
  return <Consultation model={model} call={model.call} settings={settings} />;
}

type ConsultationProps = {
  readonly model: PhysicianModel;
  readonly call: PhysicianCall;
  readonly settings: Settings;
};

function Consultation({ model, call, settings }: ConsultationProps) {
  const state = useObservable(call);
  const [calibrating, setCalibrating] = useState(false);
  const changeLocale = (locale: Settings['locale']): void => {
    model.setSettings({ ...settings, locale });
  };
  const calibrate = useCallback(() => {
    setCalibrating(true);
  }, []);
  if (state.phase === 'refused' && state.fault !== null) {
    return (
      <JoinScreen
        fault={state.fault}
        locale={settings.locale}
        onLocale={changeLocale}
        onRetry={reload}
      />
    );
  }
  return (
    <div className="physician">
      <PhysicianHeader state={state} locale={settings.locale} onLocale={changeLocale} />
      <main>
        <PhysicianSide state={state} />
        <Signals model={model} state={state} settings={settings} onCalibrate={calibrate} />
      </main>
      {calibrating ? (
        <ScreenCalibration
          pixelsPerMm={settings.pixelsPerMm}
          onClose={() => {
            setCalibrating(false);
          }}
          onDone={(pixelsPerMm) => {
            model.setSettings({ ...settings, pixelsPerMm });
            setCalibrating(false);
          }}
        />
      ) : null}
    </div>
  );
}

type SignalsProps = Omit<ConsultationProps, 'call'> & {
  readonly state: PhysicianCallState;
  readonly onCalibrate: () => void;
};

/** The ECG with the vitals below it; the vitals alone where the cart has no ECG. */
function Signals({ model, state, settings, onCalibrate }: SignalsProps) {
  const { descriptors, measurements, statuses } = state;
  const ecg = ecgStream(descriptors);
  return (
    <div className="signals">
      {ecg === null && measurements.length > 0 ? null : (
        <EcgPanel
          feed={model.feed}
          descriptor={ecg}
          settings={settings}
          onSettings={model.setSettings}
          onCalibrate={onCalibrate}
          onView={model.view.set}
        />
      )}
      <VitalsPanel
        measurements={measurements}
        statuses={statuses}
        names={NO_NAMES}
        hostNow={model.hostNow}
        connected={state.phase === 'joined' && state.cart !== null}
      />
    </div>
  );
}

function PhysicianSide({ state }: { readonly state: PhysicianCallState }) {
  const { t } = useTranslation();
  const reconnecting = state.phase === 'reconnecting';
  return (
    <div className="physician-side">
      <PatientPicture stream={state.video} frozen={state.phase !== 'joined'} />
      {reconnecting && state.fault !== null ? (
        <FaultBanner fault={state.fault} tone="warn" />
      ) : null}
      <LinkFigures
        link={state.link}
        video={state.videoStats}
        rateHz={ecgStream(state.descriptors)?.rateHz ?? null}
      />
      <p className="small soft physician-note">{t('app.notMedical')}</p>
    </div>
  );
}

/** What the cart's technician calls the devices stays on the cart. */
const NO_NAMES = {};

function reload(): void {
  window.location.reload();
}
