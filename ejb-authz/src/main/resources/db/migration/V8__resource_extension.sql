-- What a resource server says of its resource beyond UMA's members, as JSON: it is kept and given back, nothing is
-- decided by it. Runs unchanged on H2 and PostgreSQL.
alter table resource add column extension varchar(8192);
