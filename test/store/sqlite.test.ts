import { storeConformance } from './conformance.ts'
import { openInline, openThreaded } from './open-stores.ts'

storeConformance('SQLite inline', openInline)
storeConformance('SQLite threaded', openThreaded)
