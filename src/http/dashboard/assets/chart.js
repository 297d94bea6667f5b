// In the browser, on the home page: draws the charts from the table beside them.
const drawn = new Map()
const COLOURS = { completed: '--good', failed: '--bad', delivered: '--good', 'tries refused': '--bad', '99 % within': '--warn' }

function figures() {
  const heads = [...document.querySelectorAll('#figures thead th')].map((head) => ({ label: head.textContent, chart: head.dataset.chart }))
  const rows = [...document.querySelectorAll('#figures tbody tr')].map((row) => [...row.cells])
  const times = rows.map(([first]) => Date.parse(first.querySelector('time').dateTime) / 1000)
  const column = (place) => rows.map((cells) => (cells[place].textContent === '' ? null : Number(cells[place].textContent)))
  return { heads, times, column }
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

const two = (number) => String(number).padStart(2, '0')
const clock = (seconds) => {
  const at = new Date(seconds * 1000)
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
}

function draw(anew = false) {
  const { heads, times, column } = figures()
  for (const element of document.querySelectorAll('div.chart')) {
    const places = heads.flatMap(({ chart }, place) => (chart === element.dataset.chart ? [place] : []))
    const data = [times, ...places.map(column)]
    const known = drawn.get(element)
    if (known && !anew) {
      known.setData(data)
      continue
    }
    known?.destroy()
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') } }
    const lines = places.map((place) => {
      const { label } = heads[place]
      return { label, stroke: colour(COLOURS[label] ?? '--accent'), width: 1.5, spanGaps: true }
    })
    const options = {
      width: element.clientWidth || 300,
      height: 180,
      series: [{ value: (_, at) => (at === null ? '' : clock(at)) }, ...lines],
      axes: [
        { ...axis, values: (_, ticks) => ticks.map(clock) },
        { ...axis, size: 56 },
      ],
      scales: { y: { range: (_, _min, max) => [0, Math.max(1, max)] } },
    }
    drawn.set(element, new uPlot(options, data, element))
  }
}

const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const chart = drawn.get(target)
    if (chart && contentRect.width > 0 && contentRect.width !== chart.width) chart.setSize({ width: contentRect.width, height: 180 })
  }
})

if (document.querySelector('#figures')) {
  draw()
  for (const element of document.querySelectorAll('div.chart')) sizes.observe(element)
  document.addEventListener('htmx:after:swap', () => draw())
  // A canvas does not follow the colours of the page by itself.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(true))
}
