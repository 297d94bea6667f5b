/**
 * `npm run simulate`: the default retry schedule and a destination's limit and breaker on a simulated clock. Prints the table
 * of delays, and writes it to the README and the chart to `docs/destination.svg`.
 */
import { writeFileSync } from 'node:fs'
import { fillReadme } from './fill-readme.ts'
import { destinationChart } from './simulate/destination-chart.ts'
import { scheduleTable } from './simulate/schedule.ts'

const table = scheduleTable()
console.log(table)
fillReadme('schedule', table)
writeFileSync('docs/destination.svg', destinationChart())
