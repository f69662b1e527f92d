-- Answers that are kept for an Idempotency-Key, a device with all attributes among them. Runs unchanged on H2 and
-- PostgreSQL.

alter table idempotency_record alter column response_sealed set data type varchar(131072);
