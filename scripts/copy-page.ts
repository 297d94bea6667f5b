/**
 * Part of `npm run build`: the files that pages load in a browser, libraries among them with their licences, are copied beside the compiled
 * code that serves them.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

const DOCS = 'http/docs'
const DASHBOARD = 'http/dashboard/assets'
const SWAGGER = 'node_modules/swagger-ui-dist'
const HTMX = 'node_modules/htmx.org'
const UPLOT = 'node_modules/uplot'

/** Where each file of dist/ comes from. */
const FILES: Readonly<Record<string, string>> = {
  [`${DOCS}/docs.css`]: `src/${DOCS}/docs.css`,
  [`${DOCS}/docs.js`]: `src/${DOCS}/docs.js`,
  [`${DOCS}/swagger-ui.css`]: `${SWAGGER}/swagger-ui.css`,
  [`${DOCS}/swagger-ui-bundle.js`]: `${SWAGGER}/swagger-ui-bundle.js`,
  [`${DOCS}/swagger-ui-bundle.js.LICENSE.txt`]: `${SWAGGER}/swagger-ui-bundle.js.LICENSE.txt`,
  [`${DOCS}/swagger-ui.LICENSE`]: `${SWAGGER}/LICENSE`,
  [`${DOCS}/swagger-ui.NOTICE`]: `${SWAGGER}/NOTICE`,
  [`${DASHBOARD}/dashboard.css`]: `src/${DASHBOARD}/dashboard.css`,
  [`${DASHBOARD}/dashboard.js`]: `src/${DASHBOARD}/dashboard.js`,
  [`${DASHBOARD}/portal.js`]: `src/${DASHBOARD}/portal.js`,
  [`${DASHBOARD}/chart.js`]: `src/${DASHBOARD}/chart.js`,
  [`${DASHBOARD}/htmx.min.js`]: `${HTMX}/dist/htmx.min.js`,
  [`${DASHBOARD}/htmx.LICENSE`]: `${HTMX}/LICENSE`,
  [`${DASHBOARD}/uPlot.iife.min.js`]: `${UPLOT}/dist/uPlot.iife.min.js`,
  [`${DASHBOARD}/uPlot.min.css`]: `${UPLOT}/dist/uPlot.min.css`,
  [`${DASHBOARD}/uPlot.LICENSE`]: `${UPLOT}/LICENSE`,
}

for (const [name, from] of Object.entries(FILES)) {
  mkdirSync(dirname(`dist/${name}`), { recursive: true })
  copyFileSync(from, `dist/${name}`)
}
