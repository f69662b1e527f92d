-- All attributes that a manifest may give: 64 of 256 characters, which JSON may write as two each. Runs unchanged on
-- H2 and PostgreSQL.

alter table device alter column attributes set data type varchar(65536);
