import './cartWindow.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NursePage } from '../routes/nurse/NursePage.tsx';
import { TechnicianPage } from '../routes/technician/TechnicianPage.tsx';
import { FaultBanner } from '../ui/FaultBanner.tsx';
import { CartHeader, type CartPlace } from './CartHeader.tsx';
import { type CartModel, type CartState, prominentFault } from './cartModel.ts';
import { useObservable } from './useObservable.ts';

/** The cart's window: the nurse's page, or the technician's. The call goes on under both. */
export function CartWindow({ model }: { readonly model: CartModel }) {
  const state = useObservable(model);
  const call = useObservable(model.call);
  const [place, setPlace] = useState<CartPlace>('nurse');
  const callFault = call.phase === 'refused' || call.phase === 'reconnecting' ? call.fault : null;
  const shown = prominentFault(state, callFault);
  return (
    <div className="cart">
      <CartHeader model={model} state={state} call={call} place={place} onPlace={setPlace} />
      <div className="notices">
        {shown === null ? null : (
          <FaultBanner
            fault={shown}
            tone={shown === callFault && call.phase !== 'refused' ? 'warn' : 'bad'}
            {...(shown === state.fault ? { onDismiss: model.dismissFault } : {})}
          />
        )}
      </div>
      {place === 'nurse' ? (
        <NursePage model={model} state={state} call={call} />
      ) : (
        <TechnicianPage model={model} state={state} />
      )}
      <CartFooter state={state} />
    </div>
  );
}

function CartFooter({ state: { info, recording } }: { readonly state: CartState }) {
  const { t } = useTranslation();
  return (
    <footer className="cart-footer small soft">
      <span>{t('app.notMedical')}</span>
      {info === null ? null : (
        <span className="number">
          {t('app.versions', {
            version: info.version,
            electron: info.electron,
            chromium: info.chromium,
          })}
        </span>
      )}
      {recording.lostBlocks > 0 ? (
        <strong className="lost-blocks" role="status">
          {t('nurse.blocksNotRecorded', { value: recording.lostBlocks })}
        </strong>
      ) : null}
      {info?.testRuntime === true ? (
        <strong className="test-runtime">{t('app.testRuntime')}</strong>
      ) : null}
    </footer>
  );
}
