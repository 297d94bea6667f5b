// In the browser. The page may be open under another name than PUBLIC_URL (localhost, 127.0.0.1); its requests go to where it came from.
async function show() {
  const spec = await (await fetch('openapi.json')).json()
  spec.servers = [{ url: new URL('.', location.href).href.replace(/\/$/, '') }]
  // The page lists the errors itself, also without JavaScript.
  spec.tags = spec.tags.filter(({ name }) => name !== 'Errors')
  SwaggerUIBundle({ spec, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, defaultModelsExpandDepth: 0 })
}

void show()
