import { connectMain } from '../../app/bridge.ts';
import { createCartModel, loadSettings } from '../../app/cartModel.ts';
import { mount } from '../../app/mount.tsx';
import { startTexts } from '../../i18n/index.ts';
import { cartDiagnostics } from './diagnostics.ts';
import { NursePage } from './NursePage.tsx';

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
  mount(<NursePage model={model} />);
}

void start();
