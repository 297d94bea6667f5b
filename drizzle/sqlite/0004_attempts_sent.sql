ALTER TABLE `attempts` ADD `error_cause` text;--> statement-breakpoint
ALTER TABLE `attempts` ADD `sent` text;