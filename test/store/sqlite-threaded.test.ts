import { storeConformance } from './conformance.ts'
import { openThreaded } from './open-stores.ts'

storeConformance('SQLite threaded', openThreaded)
