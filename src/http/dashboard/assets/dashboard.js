// In the browser, on every page: live parts, times in the reader's own zone, and keys. The pages work without it.
const STORED_LOCAL = 'ringback-local-times'
const STORED_PAUSED = 'ringback-paused'
const tools = document.querySelector('#tools')

/** Times are UTC in the page. The other of the two is in the tooltip. */
function showTimes(root) {
  const isLocal = localStorage.getItem(STORED_LOCAL) === '1'
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime)
    const utc = `${time.dateTime.slice(0, 10)} ${time.dateTime.slice(11, 19)}`
    const local = at.toLocaleString('sv-SE')
    time.textContent = isLocal ? local : utc
    time.title = isLocal ? `${time.dateTime} (UTC)` : `${local} (here)`
  }
}

function addButton(label, isOn, change) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = label
  button.ariaPressed = String(isOn)
  button.addEventListener('click', () => {
    button.ariaPressed = String(button.ariaPressed !== 'true')
    change(button.ariaPressed === 'true')
  })
  tools?.append(button)
  return button
}

const remember = (name, isOn) => localStorage.setItem(name, isOn ? '1' : '0')
addButton('Local times', localStorage.getItem(STORED_LOCAL) === '1', (isOn) => {
  remember(STORED_LOCAL, isOn)
  showTimes(document)
})
showTimes(document)

/** One stream a page, which says what kind of record has changed; the page then reads its own live part again. */
function followChanges(live) {
  const kinds = new Set(live.dataset.kinds.split(' '))
  let isPaused = localStorage.getItem(STORED_PAUSED) === '1'
  let isWaiting = false
  let stream = null

  const told = document.createElement('button')
  told.type = 'button'
  told.hidden = true
  told.textContent = 'Changed: show'
  told.addEventListener('click', () => refresh())
  addButton('Pause', isPaused, (isOn) => {
    isPaused = isOn
    remember(STORED_PAUSED, isOn)
    if (!isOn && isWaiting) refresh()
  })
  tools?.append(told)

  function refresh() {
    isWaiting = false
    told.hidden = true
    htmx.trigger('#live', 'ringback:changed')
  }

  /** Nothing moves under somebody who reads, selects, types or has opened something. */
  function isHeld() {
    const region = document.querySelector('#live')
    const isTyping = region?.contains(document.activeElement) && document.activeElement.matches('input, select, textarea')
    const isSelecting = getSelection()?.isCollapsed === false
    return isPaused || isTyping || isSelecting || scrollY > 300 || region?.querySelector('details.curl[open]') !== null
  }

  function open() {
    if (stream !== null || document.hidden) return
    stream = new EventSource('/dashboard/live')
    // What changed between this page and its stream, or while the stream was away, nobody has told.
    stream.addEventListener('open', () => {
      isWaiting = true
      if (!isHeld()) refresh()
    })
    stream.addEventListener('changed', ({ data }) => {
      if (!data.split(' ').some((kind) => kinds.has(kind))) return
      isWaiting = true
      if (isHeld()) told.hidden = false
      else refresh()
    })
    stream.addEventListener('error', () => {
      // Closed for good: the session is over. The page says so itself.
      if (stream?.readyState === EventSource.CLOSED) location.reload()
    })
  }

  function close() {
    stream?.close()
    stream = null
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  addEventListener('pagehide', close)
  addEventListener('pageshow', open)
  open()
}

// What the login answers is no part of this page.
document.addEventListener('htmx:before:response', (event) => {
  if (!event.detail.ctx.response.raw.redirected) return
  event.preventDefault()
  location.reload()
})
document.addEventListener('htmx:after:swap', () => showTimes(document))

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const isTyping = event.target.matches('input, select, textarea')
  if (event.key === 'Escape' && isTyping) event.target.blur()
  if (isTyping) return
  if (event.key === '/') {
    event.preventDefault()
    document.querySelector('#find')?.focus()
  }
  if (event.key !== 'j' && event.key !== 'k') return
  const links = [...document.querySelectorAll('tbody td:first-child a')]
  const step = event.key === 'j' ? 1 : -1
  const at = links.indexOf(document.activeElement)
  links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus()
})

const live = document.querySelector('#live')
if (live) followChanges(live)
