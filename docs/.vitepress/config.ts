/** The documentation as a static site: `npm run docs` writes it to `docs/.vitepress/dist`. The build fetches nothing; a dead link fails it. */
import { defineConfig } from 'vitepress'

const page = (text: string, name: string) => ({ text, link: `/${name}` })

export default defineConfig({
  title: 'Ringback',
  description: 'Slow work as a well-behaved HTTP API.',
  // `docs/README.md` is the first page both on the forge and on the site.
  rewrites: { 'README.md': 'index.md' },
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Use it',
        items: [
          page('Getting started', 'getting-started'),
          page('Concepts', 'concepts'),
          page('Handlers', 'handlers'),
          page('Upstreams', 'upstreams'),
          page('Client', 'client'),
          page('Receivers', 'receivers'),
          page('API', 'api'),
          page('Command line', 'command-line'),
        ],
      },
      {
        text: 'Run it',
        items: [
          page('Configuration', 'configuration'),
          page('Dashboard', 'dashboard'),
          page('Operations', 'operations'),
          page('Scaling', 'scaling'),
          page('Security', 'security'),
          page('Upgrading', 'upgrading'),
        ],
      },
      {
        text: 'Trust it',
        items: [page('Guarantees', 'guarantees'), page('Verification', 'verification'), page('Wire contract', 'contract')],
      },
      { text: 'Change it', items: [page('Architecture', 'architecture')] },
    ],
  },
})
