import { storeConformance } from './conformance.ts'
import { openJoined } from './open-stores.ts'

storeConformance('SQLite beside the owner of the folder', openJoined)
