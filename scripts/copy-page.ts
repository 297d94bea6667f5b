/**
 * Part of `npm run build`: the files of the API page, Swagger UI's among them with its licences, are copied beside the compiled code that
 * serves them.
 */
import { copyFileSync } from 'node:fs'

const OURS = 'src/http/docs'
const SWAGGER = 'node_modules/swagger-ui-dist'

const FILES: Readonly<Record<string, string>> = {
  'docs.css': `${OURS}/docs.css`,
  'docs.js': `${OURS}/docs.js`,
  'swagger-ui.css': `${SWAGGER}/swagger-ui.css`,
  'swagger-ui-bundle.js': `${SWAGGER}/swagger-ui-bundle.js`,
  'swagger-ui-bundle.js.LICENSE.txt': `${SWAGGER}/swagger-ui-bundle.js.LICENSE.txt`,
  'swagger-ui.LICENSE': `${SWAGGER}/LICENSE`,
  'swagger-ui.NOTICE': `${SWAGGER}/NOTICE`,
}

for (const [name, from] of Object.entries(FILES)) copyFileSync(from, `dist/http/docs/${name}`)
