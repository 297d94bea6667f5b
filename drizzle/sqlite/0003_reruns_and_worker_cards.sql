ALTER TABLE `jobs` ADD `rerun_of` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `rerun_id` text;--> statement-breakpoint
ALTER TABLE `workers` ADD `card` text DEFAULT '{}' NOT NULL;