-- Under which version of its profile a certificate was issued. Runs unchanged on H2 and PostgreSQL.

alter table certificate add column profile_version smallint default 1 not null;
