-- When an operator asked that the host tries again what failed there, until it has.
alter table host add column retry_asked_at timestamp with time zone;
