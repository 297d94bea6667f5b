ALTER TABLE `destinations` ADD `open_since` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `waiting_since` integer;--> statement-breakpoint
CREATE INDEX `jobs_waiting` ON `jobs` (`tenant_id`,`type`,`waiting_since`) WHERE status = 'pending' AND waiting_since IS NOT NULL;