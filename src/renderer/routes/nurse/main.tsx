import { connectMain } from '../../app/bridge.ts';
import { CartWindow } from '../../app/CartWindow.tsx';
import { createCartModel, loadSettings } from '../../app/cartModel.ts';
import { mount } from '../../app/mount.tsx';
import { startTexts } from '../../i18n/index.ts';
import { cartDiagnostics } from './diagnostics.ts';

async function start(): Promise<void> {
  const bridge = window.chariot;
  if (bridge === undefined) {
    throw new Error('this page runs only in the Chariot application');
  }
  const main = connectMain(bridge);
  const { settings } = await loadSettings(main);
  await startTexts(settings.locale);
  const model = createCartModel(main, settings);
  window.chariotDiagnostics = cartDiagnostics(model);
  mount(<CartWindow model={model} />);
}

void start();
