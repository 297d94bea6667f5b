// In the browser. The page may be open under another name than PUBLIC_URL (localhost, 127.0.0.1); its requests go to where it came from.
fetch('openapi.json')
  .then((response) => response.json())
  .then((spec) => {
    spec.servers = [{ url: new URL('.', location.href).href.replace(/\/$/, '') }]
    // The page lists the errors itself, also without JavaScript.
    spec.tags = spec.tags.filter(({ name }) => name !== 'Errors')
    SwaggerUIBundle({ spec, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, defaultModelsExpandDepth: 0 })
  })
