/** `npm run simulate`: the default retry schedule on a simulated clock, as the table of docs/receivers.md. */
import { scheduleTable } from './simulate/schedule.ts'

console.log(scheduleTable())
