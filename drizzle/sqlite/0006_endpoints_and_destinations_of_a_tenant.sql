DROP INDEX `endpoints_enabled`;--> statement-breakpoint
CREATE INDEX `destinations_tenant` ON `destinations` (`tenant_id`);