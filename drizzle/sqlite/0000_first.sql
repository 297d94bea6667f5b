CREATE TABLE `api_keys` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text,
	`hash` blob NOT NULL,
	`prefix` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_id_unique` ON `api_keys` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_tenant` ON `api_keys` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`seq` integer PRIMARY KEY NOT NULL,
	`delivery_id` text NOT NULL,
	`n` integer NOT NULL,
	`at` integer NOT NULL,
	`ms` integer NOT NULL,
	`status` integer,
	`error` text,
	`response_headers` text NOT NULL,
	`response_body` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_n` ON `attempts` (`delivery_id`,`n`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`event_id` text NOT NULL,
	`event_type` text NOT NULL,
	`job_id` text,
	`job_type` text,
	`endpoint_id` text,
	`url` text NOT NULL,
	`destination` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`due_at` integer,
	`attempts` integer NOT NULL,
	`tries` integer NOT NULL,
	`give_up_at` integer NOT NULL,
	`last_status` integer,
	`last_error` text,
	`finished_at` integer,
	`lease` text,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_id_unique` ON `deliveries` (`id`);--> statement-breakpoint
CREATE INDEX `deliveries_tenant` ON `deliveries` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `deliveries_job` ON `deliveries` (`job_id`);--> statement-breakpoint
CREATE INDEX `deliveries_open` ON `deliveries` (`tenant_id`) WHERE status IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX `deliveries_ended_badly` ON `deliveries` (`tenant_id`,`status`) WHERE status IN ('dead', 'canceled');--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`destination`,`due_at`) WHERE status = 'pending' AND lease IS NULL;--> statement-breakpoint
CREATE INDEX `deliveries_leased` ON `deliveries` (`lease`) WHERE lease IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_endpoint` ON `deliveries` (`endpoint_id`) WHERE endpoint_id IS NOT NULL AND status = 'pending' AND lease IS NULL;--> statement-breakpoint
CREATE INDEX `deliveries_jobless` ON `deliveries` (`event_id`) WHERE job_id IS NULL;--> statement-breakpoint
CREATE TABLE `destinations` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`origin` text NOT NULL,
	`in_flight_limit` real NOT NULL,
	`failures` integer NOT NULL,
	`open_until` integer,
	`shrunk_at` integer,
	`changed_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `destinations_changed` ON `destinations` (`changed_at`);--> statement-breakpoint
CREATE INDEX `destinations_open` ON `destinations` (`open_until`) WHERE open_until IS NOT NULL;--> statement-breakpoint
CREATE TABLE `endpoints` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`description` text,
	`headers` text,
	`status` text NOT NULL,
	`disabled_reason` text,
	`failing_since` integer,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `endpoints_id_unique` ON `endpoints` (`id`);--> statement-breakpoint
CREATE INDEX `endpoints_tenant` ON `endpoints` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `endpoints_enabled` ON `endpoints` (`tenant_id`) WHERE status = 'enabled';--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`job_id` text,
	`body` blob NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE INDEX `events_tenant` ON `events` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `events_job` ON `events` (`job_id`);--> statement-breakpoint
CREATE INDEX `events_jobless` ON `events` (`created_at`) WHERE job_id IS NULL;--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`key` text NOT NULL,
	`body_hash` blob NOT NULL,
	`job_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_job` ON `idempotency_keys` (`job_id`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`priority` integer NOT NULL,
	`tags` text NOT NULL,
	`metadata` text NOT NULL,
	`callback_url` text,
	`callback_events` text,
	`callback_headers` text,
	`traceparent` text,
	`created_at` integer NOT NULL,
	`run_at` integer,
	`timeout_ms` integer NOT NULL,
	`max_attempts` integer NOT NULL,
	`attempt` integer NOT NULL,
	`started_at` integer,
	`cancel_requested` integer NOT NULL,
	`due_at` integer,
	`lease` text,
	`attempt_started_at` integer,
	`finished_at` integer,
	`error` text,
	`result_kind` text,
	`result_size` integer,
	`result_content_type` text,
	`result_url` text,
	`progress` text,
	`progress_revision` integer NOT NULL,
	`settled_at` integer,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_id_unique` ON `jobs` (`id`);--> statement-breakpoint
CREATE INDEX `jobs_tenant` ON `jobs` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `jobs_open` ON `jobs` (`tenant_id`,`status`) WHERE status IN ('pending', 'running');--> statement-breakpoint
CREATE INDEX `jobs_ended_badly` ON `jobs` (`tenant_id`,`status`) WHERE status IN ('failed', 'canceled');--> statement-breakpoint
CREATE INDEX `jobs_queue` ON `jobs` (`tenant_id`,`priority`,`type`,`due_at`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `jobs_due` ON `jobs` (`tenant_id`,`due_at`) WHERE status = 'pending' AND lease IS NULL;--> statement-breakpoint
CREATE INDEX `jobs_leased` ON `jobs` (`lease`) WHERE lease IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_settled` ON `jobs` (`settled_at`) WHERE settled_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `payloads` (
	`job_seq` integer PRIMARY KEY NOT NULL,
	`bytes` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `results` (
	`job_seq` integer PRIMARY KEY NOT NULL,
	`bytes` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `signing_secrets` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`endpoint_id` text,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_secrets_id_unique` ON `signing_secrets` (`id`);--> statement-breakpoint
CREATE INDEX `signing_secrets_owner` ON `signing_secrets` (`tenant_id`,`endpoint_id`);--> statement-breakpoint
CREATE TABLE `tenants` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`limits` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenants_id_unique` ON `tenants` (`id`);--> statement-breakpoint
CREATE TABLE `tombstones` (
	`job_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`gone_until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tombstones_gone` ON `tombstones` (`gone_until`);--> statement-breakpoint
CREATE TABLE `workers` (
	`id` text PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`renewed_at` integer NOT NULL
);
