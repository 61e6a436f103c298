// Starts the app.
import '@fontsource-variable/instrument-sans/index.css'
import '@fontsource/instrument-serif/index.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'

const root = document.getElementById('root')

if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
