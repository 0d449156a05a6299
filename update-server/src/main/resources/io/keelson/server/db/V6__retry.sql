-- When an operator asked last that the host tries again what had failed there.
alter table host add column retry_asked_at timestamp(6) with time zone;
