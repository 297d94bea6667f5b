import { storeConformance } from './conformance.ts'
import { openInline } from './open-stores.ts'

storeConformance('SQLite inline', openInline)
