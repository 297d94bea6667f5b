// In the browser, on the page of a portal link: the code stands in the fragment, which no server and no log has seen.
const form = document.querySelector('#portal')
const code = decodeURIComponent(location.hash.slice(1))
if (form && code !== '') {
  history.replaceState(null, '', location.pathname)
  form.elements.namedItem('code').value = code
  form.requestSubmit()
}
