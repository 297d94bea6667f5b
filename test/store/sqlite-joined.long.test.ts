import { storeConformance } from './conformance.ts'
import { joinedOnce } from './open-stores.ts'

storeConformance('SQLite beside the owner of the folder', joinedOnce())
