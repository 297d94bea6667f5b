CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`created_at` integer NOT NULL,
	`key_id` text,
	`tenant_id` text NOT NULL,
	`via` text NOT NULL,
	`action` text NOT NULL,
	`target` text,
	`filter` text,
	`count` integer,
	`request_id` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_id_unique` ON `audit` (`id`);--> statement-breakpoint
CREATE INDEX `audit_tenant` ON `audit` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `audit_created` ON `audit` (`created_at`);--> statement-breakpoint
CREATE TABLE `job_groups` (
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`closed_at` integer,
	`completed_at` integer,
	`open_jobs` integer NOT NULL,
	`completed_jobs` integer NOT NULL,
	`failed_jobs` integer NOT NULL,
	`canceled_jobs` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `name`)
);
--> statement-breakpoint
CREATE INDEX `job_groups_changed` ON `job_groups` (`changed_at`);--> statement-breakpoint
CREATE TABLE `job_type_pauses` (
	`type` text PRIMARY KEY NOT NULL,
	`paused_at` integer NOT NULL,
	`paused_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id_hash` blob NOT NULL,
	`key_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`tenant_id` text NOT NULL,
	`scopes` text NOT NULL,
	`origin` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_id_hash_unique` ON `sessions` (`id_hash`);--> statement-breakpoint
CREATE INDEX `sessions_key` ON `sessions` (`key_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
ALTER TABLE `destinations` ADD `paused_at` integer;--> statement-breakpoint
ALTER TABLE `destinations` ADD `paused_until` integer;--> statement-breakpoint
ALTER TABLE `destinations` ADD `resumed_at` integer;--> statement-breakpoint
ALTER TABLE `destinations` ADD `failing_told_at` integer;--> statement-breakpoint
CREATE INDEX `destinations_paused` ON `destinations` (`paused_until`) WHERE paused_until IS NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `group_name` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `stuck_at` integer;--> statement-breakpoint
CREATE INDEX `jobs_group` ON `jobs` (`tenant_id`,`group_name`,`status`) WHERE group_name IS NOT NULL AND status IN ('pending', 'running');