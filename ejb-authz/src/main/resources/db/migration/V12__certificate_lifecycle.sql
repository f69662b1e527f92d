-- Certificates on hold, notice of their expiry, and a search by profile and status. Runs unchanged
-- on H2 and PostgreSQL.

alter table certificate add column held_by varchar(16);          -- OPERATOR, SUSPENSION; null unless HELD
alter table certificate add column holds int default 0 not null; -- how often it was put on hold
alter table certificate add column released_at timestamp(6) with time zone; -- when last from a hold
alter table certificate add column expiry_notice int;            -- days of the last notice before expiry

-- In place of the index by status and time: ids rise with time, and pages are ordered by them.
create index certificate_of_status on certificate (status, id);
drop index certificate_by_status;
create index certificate_of_profile on certificate (profile, id);
