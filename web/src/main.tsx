import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/styles';
import { Providers } from './app/Providers';
import { startI18n } from './i18n';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

await startI18n();
createRoot(root).render(
  <StrictMode>
    <Providers />
  </StrictMode>,
);
