-- The passwords that have expired, without going through all principals. Runs unchanged on H2 and PostgreSQL.

create index projection_password_expiry on projection (password_expires_at);
