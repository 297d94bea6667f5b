import { storeConformance } from './conformance.ts'
import { openInline, openJoined, openThreaded } from './open-stores.ts'

storeConformance('SQLite inline', openInline)
storeConformance('SQLite threaded', openThreaded)
storeConformance('SQLite beside the owner of the folder', openJoined)
