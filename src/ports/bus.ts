/**
 * Between the processes of one installation: this job has changed, or this feed has grown, durably. A notice may be lost, which costs its hearer
 * time and never the truth: that is read from the store.
 */
export interface Bus {
  /** A job's id, or what is watched for a feed. */
  tell(subject: string): void
  /** What other processes tell; at most one hearer. */
  listen(heard: (subject: string) => void): void
}
