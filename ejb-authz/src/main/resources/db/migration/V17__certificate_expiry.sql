-- The clients' certificates whose end in time is still to be acted on. Runs unchanged on H2 and PostgreSQL.

-- The certificate's end; null once that is done, and for what is withdrawn for good or is no client's. It has an index
-- of its own, so that no plan goes through what has ended before.
alter table certificate add column expiry_due timestamp(6) with time zone;
update certificate set expiry_due = not_after where client_id is not null and status in ('INTENT', 'ISSUED', 'HELD');
create index certificate_of_expiry_due on certificate (expiry_due);
